-- +goose Up
-- People, what they are signed in with, where they belong, and what anybody did.

ALTER TABLE api_tokens ADD COLUMN scopes text NOT NULL DEFAULT '[]';
ALTER TABLE api_tokens ADD COLUMN last_used_at datetime;

CREATE TABLE users (
    id         text PRIMARY KEY,
    issuer     text NOT NULL,
    subject    text NOT NULL,
    name       text NOT NULL,
    email      text NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE memberships (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    user_id      text NOT NULL REFERENCES users (id),
    role         text NOT NULL CHECK (role IN ('OWNER', 'EDITOR', 'VIEWER')),
    by_rule      boolean NOT NULL,
    created_at   datetime NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id, created_at, workspace_id);

-- How often a person has made workspaces of late: deleting them gives nothing back.
CREATE TABLE workspace_creations (
    user_id    text NOT NULL REFERENCES users (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (user_id, created_at)
);

CREATE TABLE sessions (
    id           text PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id),
    created_at   datetime NOT NULL,
    last_seen_at datetime NOT NULL,
    expires_at   datetime NOT NULL,
    user_agent   text NOT NULL,
    address      text NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE session_data (
    token      text PRIMARY KEY,
    data       blob NOT NULL,
    expires_at datetime NOT NULL
);
CREATE INDEX session_data_by_end ON session_data (expires_at);

CREATE TABLE sign_in_links (
    hash       blob PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id),
    expires_at datetime NOT NULL
);

CREATE TABLE invitations (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id           text NOT NULL,
    hash         blob NOT NULL UNIQUE,
    role         text NOT NULL CHECK (role IN ('OWNER', 'EDITOR', 'VIEWER')),
    note         text NOT NULL,
    invited_by   text NOT NULL,
    inviter_id   text NOT NULL,
    created_at   datetime NOT NULL,
    expires_at   datetime NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Not tied to workspaces: what was done to one is told after it is gone.
CREATE TABLE audit_events (
    workspace_id text NOT NULL,
    id           text NOT NULL,
    at           datetime NOT NULL,
    action       text NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('DONE', 'REFUSED')),
    actor_kind   text NOT NULL,
    actor_id     text NOT NULL,
    actor_name   text NOT NULL,
    target_id    text NOT NULL,
    target_name  text NOT NULL,
    related_id   text NOT NULL,
    detail       text NOT NULL,
    request_id   text NOT NULL,
    address      text NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX audit_events_by_target ON audit_events (workspace_id, target_id, id);
CREATE INDEX audit_events_by_related ON audit_events (workspace_id, related_id, id);
CREATE INDEX audit_events_by_action ON audit_events (workspace_id, action, id);
CREATE INDEX audit_events_by_actor ON audit_events (workspace_id, actor_id, id);

-- +goose StatementBegin
CREATE TRIGGER audit_events_stay_as_they_are BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed or deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed or deleted');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_events;
DROP TABLE invitations;
DROP TABLE sign_in_links;
DROP TABLE session_data;
DROP TABLE sessions;
DROP TABLE workspace_creations;
DROP TABLE memberships;
DROP TABLE users;
ALTER TABLE api_tokens DROP COLUMN scopes;
ALTER TABLE api_tokens DROP COLUMN last_used_at;
