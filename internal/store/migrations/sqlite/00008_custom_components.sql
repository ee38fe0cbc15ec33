-- +goose Up
-- Components that a workspace imports for itself, beside the catalog's: of those, workspace_id is null. retired: kept only for what still
-- uses it.

ALTER TABLE components ADD COLUMN workspace_id text REFERENCES workspaces (id);
ALTER TABLE components ADD COLUMN retired boolean NOT NULL DEFAULT false;
CREATE INDEX components_by_workspace ON components (workspace_id, id) WHERE workspace_id IS NOT NULL;
CREATE INDEX credentials_by_version ON credentials (component_id, component_version);
CREATE INDEX flow_steps_by_component ON flow_steps (workspace_id, component_id);

-- +goose Down
DROP INDEX flow_steps_by_component;
DROP INDEX credentials_by_version;
DROP INDEX components_by_workspace;
ALTER TABLE components DROP COLUMN retired;
ALTER TABLE components DROP COLUMN workspace_id;
