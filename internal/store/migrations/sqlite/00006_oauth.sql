-- +goose Up
-- Connections by OAuth. What is known of one is here; its tokens are sealed with the credential's values. token_version moves with
-- every new token, and lease_* say who is renewing one, so that a refresh token is used once, whoever asks in whichever gateway.

ALTER TABLE credentials ADD COLUMN token_ends_at datetime;
CREATE INDEX credentials_by_token_end ON credentials (workspace_id, token_ends_at) WHERE token_ends_at IS NOT NULL;

CREATE TABLE oauth_grants (
    workspace_id     text NOT NULL,
    credential_id    text NOT NULL,
    provider         text NOT NULL,
    client_id        text NOT NULL,
    requested_scopes text NOT NULL,
    granted_scopes   text NOT NULL,
    account_id       text NOT NULL,
    account_name     text NOT NULL,
    renewable        boolean NOT NULL,
    token_version    integer NOT NULL,
    renewed_at       datetime NOT NULL,
    ends_at          datetime,
    renews_at        datetime,
    failures         integer NOT NULL,
    lease_id         text NOT NULL,
    lease_until      datetime,
    problem          text NOT NULL,
    problem_at       datetime,
    PRIMARY KEY (workspace_id, credential_id),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_grants_due ON oauth_grants (renews_at) WHERE renews_at IS NOT NULL;
CREATE INDEX oauth_grants_by_provider ON oauth_grants (workspace_id, provider);

CREATE TABLE oauth_clients (
    workspace_id text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    provider     text NOT NULL,
    client_id    text NOT NULL,
    sealed       blob NOT NULL,
    key_id       integer NOT NULL,
    revision     integer NOT NULL,
    updated_at   datetime NOT NULL,
    PRIMARY KEY (workspace_id, provider)
);

-- People who are at a provider, by the hash of what comes back, and tickets for what came of it, by their hash: neither is stored.
CREATE TABLE authorizations (
    state_hash   blob PRIMARY KEY,
    workspace_id text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id           text NOT NULL,
    caller_kind  text NOT NULL,
    caller_id    text NOT NULL,
    session_id   text NOT NULL,
    component_id text NOT NULL,
    sealed       blob NOT NULL,
    return_to    text NOT NULL,
    expires_at   datetime NOT NULL,
    used_at      datetime
);
CREATE INDEX authorizations_by_end ON authorizations (expires_at);

CREATE TABLE oauth_tickets (
    hash         blob PRIMARY KEY,
    workspace_id text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    caller_kind  text NOT NULL,
    caller_id    text NOT NULL,
    session_id   text NOT NULL,
    result       blob NOT NULL,
    expires_at   datetime NOT NULL
);
CREATE INDEX oauth_tickets_by_end ON oauth_tickets (expires_at);

-- +goose Down
DROP TABLE oauth_tickets;
DROP TABLE authorizations;
DROP TABLE oauth_clients;
DROP TABLE oauth_grants;
DROP INDEX credentials_by_token_end;
ALTER TABLE credentials DROP COLUMN token_ends_at;
