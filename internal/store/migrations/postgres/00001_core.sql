-- +goose Up
-- Text that is compared or ordered is COLLATE "C", so that both databases put rows in the same order.
-- Every key starts with the workspace: no foreign key can cross one, and a table can be sharded by it.

CREATE TABLE workspaces (
    id         text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE key_checks (
    id     integer PRIMARY KEY CHECK (id = 1),
    sealed bytea NOT NULL
);

CREATE TABLE keysets (
    workspace_id text COLLATE "C" PRIMARY KEY REFERENCES workspaces (id),
    wrapped      bytea NOT NULL,
    created_at   timestamptz NOT NULL
);

CREATE TABLE api_tokens (
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           text COLLATE "C" NOT NULL,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('OWNER', 'EDITOR', 'VIEWER', 'RUNTIME')),
    hash         bytea NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE components (
    id      text COLLATE "C" PRIMARY KEY,
    version text COLLATE "C" NOT NULL
);

CREATE TABLE component_versions (
    component_id text COLLATE "C" NOT NULL REFERENCES components (id),
    version      text COLLATE "C" NOT NULL,
    descriptor   bytea NOT NULL,
    icon         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (component_id, version)
);

CREATE TABLE credentials (
    workspace_id      text COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id                text COLLATE "C" NOT NULL,
    component_id      text COLLATE "C" NOT NULL,
    component_version text COLLATE "C" NOT NULL,
    method            text NOT NULL,
    name              text NOT NULL,
    sort_name         text COLLATE "C" NOT NULL,
    status            text NOT NULL CHECK (status IN ('VERIFIED', 'UNVERIFIED', 'REJECTED', 'NEEDS_REAUTHORIZATION', 'EXPIRED')),
    version           integer NOT NULL,
    secret_revision   integer NOT NULL,
    key_id            bigint NOT NULL,
    shown             bytea NOT NULL,
    sealed            bytea NOT NULL,
    last_used_at      timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, component_id, id),
    FOREIGN KEY (component_id, component_version) REFERENCES component_versions (component_id, version)
);
CREATE INDEX credentials_by_name ON credentials (workspace_id, sort_name, id);
CREATE INDEX credentials_by_component ON credentials (workspace_id, component_id, sort_name, id);

CREATE TABLE credential_tags (
    workspace_id  text COLLATE "C" NOT NULL,
    credential_id text COLLATE "C" NOT NULL,
    tag           text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, credential_id, tag),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX credential_tags_by_tag ON credential_tags (workspace_id, tag, credential_id);

CREATE TABLE verifications (
    workspace_id  text COLLATE "C" NOT NULL,
    credential_id text COLLATE "C" NOT NULL,
    id            text COLLATE "C" NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('ACCEPTED', 'REJECTED', 'UNAVAILABLE', 'NOT_VERIFIABLE')),
    reason        text NOT NULL,
    checked_at    timestamptz NOT NULL,
    duration_ms   integer NOT NULL,
    PRIMARY KEY (workspace_id, credential_id, id),
    FOREIGN KEY (workspace_id, credential_id) REFERENCES credentials (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE flows (
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces (id),
    id           text COLLATE "C" NOT NULL,
    name         text NOT NULL,
    sort_name    text COLLATE "C" NOT NULL,
    active       boolean NOT NULL,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, id, active)
);
CREATE INDEX flows_by_name ON flows (workspace_id, sort_name, id);

-- active follows the flow's. The check and the last foreign key are what stands behind the rules: even a wrong rule
-- can't leave an active flow without its credential, nor link across components or workspaces.
CREATE TABLE flow_steps (
    workspace_id     text COLLATE "C" NOT NULL,
    flow_id          text COLLATE "C" NOT NULL,
    key              text COLLATE "C" NOT NULL,
    position         integer NOT NULL,
    component_id     text COLLATE "C" NOT NULL REFERENCES components (id),
    function         text,
    credential_id    text COLLATE "C",
    needs_credential boolean NOT NULL,
    active           boolean NOT NULL,
    PRIMARY KEY (workspace_id, flow_id, key),
    FOREIGN KEY (workspace_id, flow_id, active) REFERENCES flows (workspace_id, id, active) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, component_id, credential_id) REFERENCES credentials (workspace_id, component_id, id) ON DELETE RESTRICT,
    CONSTRAINT active_steps_have_their_credential CHECK (NOT active OR NOT needs_credential OR credential_id IS NOT NULL)
);
CREATE INDEX flow_steps_by_credential ON flow_steps (workspace_id, credential_id, active, flow_id);

CREATE TABLE idempotency_keys (
    workspace_id  text COLLATE "C" NOT NULL REFERENCES workspaces (id),
    caller_id     text COLLATE "C" NOT NULL,
    operation     text NOT NULL,
    key           text COLLATE "C" NOT NULL,
    input_hash    bytea NOT NULL,
    credential_id text COLLATE "C" NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, caller_id, operation, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);

-- +goose Down
DROP TABLE idempotency_keys, flow_steps, flows, verifications, credential_tags, credentials, component_versions, components,
    api_tokens, keysets, key_checks, workspaces;
