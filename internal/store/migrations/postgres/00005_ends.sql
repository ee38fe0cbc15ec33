-- +goose Up
-- When whoever issued a key lets it end, as a person said. Most credentials have no end, and the index leaves them out.

ALTER TABLE credentials ADD COLUMN expires_at timestamptz;
CREATE INDEX credentials_by_end ON credentials (workspace_id, expires_at) WHERE expires_at IS NOT NULL;

-- +goose Down
DROP INDEX credentials_by_end;
ALTER TABLE credentials DROP COLUMN expires_at;
