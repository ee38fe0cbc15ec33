-- +goose Up
-- Text is compared and ordered byte by byte, as on PostgreSQL under COLLATE "C".
-- Every key starts with the workspace: no foreign key can cross one, and a table can be sharded by it.

CREATE TABLE workspaces (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    created_at datetime NOT NULL
);

CREATE TABLE key_checks (
    id     integer PRIMARY KEY CHECK (id = 1),
    sealed blob NOT NULL
);

CREATE TABLE keysets (
    workspace_id text PRIMARY KEY REFERENCES workspaces (id),
    wrapped      blob NOT NULL,
    created_at   datetime NOT NULL
);

CREATE TABLE api_tokens (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id           text NOT NULL,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('OWNER', 'EDITOR', 'VIEWER', 'RUNTIME')),
    hash         blob NOT NULL UNIQUE,
    created_at   datetime NOT NULL,
    expires_at   datetime,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE components (
    id      text PRIMARY KEY,
    version text NOT NULL
);

CREATE TABLE component_versions (
    component_id text NOT NULL REFERENCES components (id),
    version      text NOT NULL,
    descriptor   blob NOT NULL,
    icon         blob NOT NULL,
    created_at   datetime NOT NULL,
    PRIMARY KEY (component_id, version)
);

CREATE TABLE credentials (
    workspace_id      text NOT NULL REFERENCES workspaces (id),
    id                text NOT NULL,
    component_id      text NOT NULL,
    component_version text NOT NULL,
    method            text NOT NULL,
    name              text NOT NULL,
    sort_name         text NOT NULL,
    status            text NOT NULL CHECK (status IN ('VERIFIED', 'UNVERIFIED', 'REJECTED', 'NEEDS_REAUTHORIZATION', 'EXPIRED')),
    version           integer NOT NULL,
    secret_revision   integer NOT NULL,
    key_id            integer NOT NULL,
    shown             blob NOT NULL,
    sealed            blob NOT NULL,
    last_used_at      datetime,
    created_at        datetime NOT NULL,
    updated_at        datetime NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, component_id, id),
    FOREIGN KEY (component_id, component_version) REFERENCES component_versions (component_id, version)
);
CREATE INDEX credentials_by_name ON credentials (workspace_id, sort_name, id);
CREATE INDEX credentials_by_component ON credentials (workspace_id, component_id, sort_name, id);

CREATE TABLE credential_tags (
    workspace_id  text NOT NULL,
    credential_id text NOT NULL,
    tag           text NOT NULL,
    PRIMARY KEY (workspace_id, credential_id, tag),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX credential_tags_by_tag ON credential_tags (workspace_id, tag, credential_id);

CREATE TABLE verifications (
    workspace_id  text NOT NULL,
    credential_id text NOT NULL,
    id            text NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('ACCEPTED', 'REJECTED', 'UNAVAILABLE', 'NOT_VERIFIABLE')),
    reason        text NOT NULL,
    checked_at    datetime NOT NULL,
    duration_ms   integer NOT NULL,
    PRIMARY KEY (workspace_id, credential_id, id),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE flows (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id           text NOT NULL,
    name         text NOT NULL,
    sort_name    text NOT NULL,
    active       boolean NOT NULL,
    version      integer NOT NULL,
    created_at   datetime NOT NULL,
    updated_at   datetime NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, id, active)
);
CREATE INDEX flows_by_name ON flows (workspace_id, sort_name, id);

-- active follows the flow's. The check and the last foreign key are what stands behind the rules: even a wrong rule
-- can't leave an active flow without its credential, nor link across components or workspaces.
CREATE TABLE flow_steps (
    workspace_id     text NOT NULL,
    flow_id          text NOT NULL,
    key              text NOT NULL,
    position         integer NOT NULL,
    component_id     text NOT NULL REFERENCES components (id),
    function         text,
    credential_id    text,
    needs_credential boolean NOT NULL,
    active           boolean NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, key),
    FOREIGN KEY (workspace_id, flow_id, active) REFERENCES flows (workspace_id, id, active) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, component_id, credential_id) REFERENCES credentials (workspace_id, component_id, id) ON DELETE RESTRICT,
    CONSTRAINT active_steps_have_their_credential CHECK (NOT active OR NOT needs_credential OR credential_id IS NOT NULL)
);
CREATE INDEX flow_steps_by_credential ON flow_steps (workspace_id, credential_id, active, flow_id);

CREATE TABLE idempotency_keys (
    workspace_id  text NOT NULL REFERENCES workspaces (id),
    caller_id     text NOT NULL,
    operation     text NOT NULL,
    key           text NOT NULL,
    input_hash    blob NOT NULL,
    credential_id text NOT NULL,
    created_at    datetime NOT NULL,
    PRIMARY KEY (workspace_id, caller_id, operation, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE flow_steps;
DROP TABLE flows;
DROP TABLE verifications;
DROP TABLE credential_tags;
DROP TABLE credentials;
DROP TABLE component_versions;
DROP TABLE components;
DROP TABLE api_tokens;
DROP TABLE keysets;
DROP TABLE key_checks;
DROP TABLE workspaces;
