-- +goose Up
-- Credentials that are verified again, many at a time. lease_* say which gateway is at an item, so that each is taken once, and that
-- another gateway takes it up when that one is gone. The counters are moved with the item they count, so progress is one row.

CREATE TABLE verification_jobs (
    workspace_id   text COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id             text COLLATE "C" NOT NULL,
    selection      text COLLATE "C" NOT NULL,
    component_id   text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL CHECK (status IN ('RUNNING', 'DONE', 'CANCELED')),
    total          integer NOT NULL,
    accepted       integer NOT NULL,
    rejected       integer NOT NULL,
    unavailable    integer NOT NULL,
    not_verifiable integer NOT NULL,
    skipped        integer NOT NULL,
    caller_kind    text COLLATE "C" NOT NULL,
    caller_id      text COLLATE "C" NOT NULL,
    caller_name    text COLLATE "C" NOT NULL,
    request_id     text COLLATE "C" NOT NULL,
    address        text COLLATE "C" NOT NULL,
    created_at     timestamptz NOT NULL,
    waits_until    timestamptz,
    finished_at    timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX verification_jobs_running ON verification_jobs (id) WHERE status = 'RUNNING';
CREATE INDEX verification_jobs_by_age ON verification_jobs (created_at);

-- Not tied to credentials: one that is deleted meanwhile is told as skipped. outcome is empty until the item is finished.
CREATE TABLE verification_items (
    workspace_id  text COLLATE "C" NOT NULL,
    job_id        text COLLATE "C" NOT NULL,
    position      integer NOT NULL,
    credential_id text COLLATE "C" NOT NULL,
    component_id  text COLLATE "C" NOT NULL,
    outcome       text COLLATE "C" NOT NULL CHECK (outcome IN ('', 'ACCEPTED', 'REJECTED', 'UNAVAILABLE', 'NOT_VERIFIABLE', 'SKIPPED')),
    reason        text COLLATE "C" NOT NULL,
    checked_at    timestamptz,
    duration_ms   integer NOT NULL,
    tries         integer NOT NULL,
    lease_id      text COLLATE "C" NOT NULL,
    lease_until   timestamptz,
    PRIMARY KEY (workspace_id, job_id, position),
    FOREIGN KEY (workspace_id, job_id) REFERENCES verification_jobs (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX verification_items_by_outcome ON verification_items (workspace_id, job_id, outcome, component_id, position);

-- +goose Down
DROP TABLE verification_items;
DROP TABLE verification_jobs;
