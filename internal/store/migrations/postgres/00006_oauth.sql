-- +goose Up
-- Connections by OAuth. What is known of one is here; its tokens are sealed with the credential's values. token_version moves with
-- every new token, and lease_* say who is renewing one, so that a refresh token is used once, whoever asks in whichever gateway.

ALTER TABLE credentials ADD COLUMN token_ends_at timestamptz;
CREATE INDEX credentials_by_token_end ON credentials (workspace_id, token_ends_at) WHERE token_ends_at IS NOT NULL;

CREATE TABLE oauth_grants (
    workspace_id     text COLLATE "C" NOT NULL,
    credential_id    text COLLATE "C" NOT NULL,
    provider         text COLLATE "C" NOT NULL,
    client_id        text COLLATE "C" NOT NULL,
    requested_scopes text COLLATE "C" NOT NULL,
    granted_scopes   text COLLATE "C" NOT NULL,
    account_id       text COLLATE "C" NOT NULL,
    account_name     text COLLATE "C" NOT NULL,
    renewable        boolean NOT NULL,
    token_version    integer NOT NULL,
    renewed_at       timestamptz NOT NULL,
    ends_at          timestamptz,
    renews_at        timestamptz,
    failures         integer NOT NULL,
    lease_id         text COLLATE "C" NOT NULL,
    lease_until      timestamptz,
    problem          text COLLATE "C" NOT NULL,
    problem_at       timestamptz,
    PRIMARY KEY (workspace_id, credential_id),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_grants_due ON oauth_grants (renews_at) WHERE renews_at IS NOT NULL;
CREATE INDEX oauth_grants_by_provider ON oauth_grants (workspace_id, provider);

CREATE TABLE oauth_clients (
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    provider     text COLLATE "C" NOT NULL,
    client_id    text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL,
    key_id       bigint NOT NULL,
    revision     integer NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, provider)
);

-- People who are at a provider, by the hash of what comes back, and tickets for what came of it, by their hash: neither is stored.
CREATE TABLE authorizations (
    state_hash   bytea PRIMARY KEY,
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id           text COLLATE "C" NOT NULL,
    caller_kind  text COLLATE "C" NOT NULL,
    caller_id    text COLLATE "C" NOT NULL,
    session_id   text COLLATE "C" NOT NULL,
    component_id text COLLATE "C" NOT NULL,
    sealed       bytea NOT NULL,
    return_to    text COLLATE "C" NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX authorizations_by_end ON authorizations (expires_at);

CREATE TABLE oauth_tickets (
    hash         bytea PRIMARY KEY,
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    caller_kind  text COLLATE "C" NOT NULL,
    caller_id    text COLLATE "C" NOT NULL,
    session_id   text COLLATE "C" NOT NULL,
    result       bytea NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX oauth_tickets_by_end ON oauth_tickets (expires_at);

-- +goose Down
DROP TABLE oauth_tickets;
DROP TABLE authorizations;
DROP TABLE oauth_clients;
DROP TABLE oauth_grants;
DROP INDEX credentials_by_token_end;
ALTER TABLE credentials DROP COLUMN token_ends_at;
