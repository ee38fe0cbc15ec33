-- +goose Up
-- Credentials that are verified again, many at a time. lease_* say which gateway is at an item, so that each is taken once, and that
-- another gateway takes it up when that one is gone. The counters are moved with the item they count, so progress is one row.

CREATE TABLE verification_jobs (
    workspace_id   text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id             text NOT NULL,
    selection      text NOT NULL,
    component_id   text NOT NULL,
    status         text NOT NULL CHECK (status IN ('RUNNING', 'DONE', 'CANCELED')),
    total          integer NOT NULL,
    accepted       integer NOT NULL,
    rejected       integer NOT NULL,
    unavailable    integer NOT NULL,
    not_verifiable integer NOT NULL,
    skipped        integer NOT NULL,
    caller_kind    text NOT NULL,
    caller_id      text NOT NULL,
    caller_name    text NOT NULL,
    request_id     text NOT NULL,
    address        text NOT NULL,
    created_at     datetime NOT NULL,
    waits_until    datetime,
    finished_at    datetime,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX verification_jobs_running ON verification_jobs (id) WHERE status = 'RUNNING';
CREATE INDEX verification_jobs_by_age ON verification_jobs (created_at);

-- Not tied to credentials: one that is deleted meanwhile is told as skipped. outcome is empty until the item is finished.
CREATE TABLE verification_items (
    workspace_id  text NOT NULL,
    job_id        text NOT NULL,
    position      integer NOT NULL,
    credential_id text NOT NULL,
    component_id  text NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('', 'ACCEPTED', 'REJECTED', 'UNAVAILABLE', 'NOT_VERIFIABLE', 'SKIPPED')),
    reason        text NOT NULL,
    checked_at    datetime,
    duration_ms   integer NOT NULL,
    tries         integer NOT NULL,
    lease_id      text NOT NULL,
    lease_until   datetime,
    PRIMARY KEY (workspace_id, job_id, position),
    FOREIGN KEY (workspace_id, job_id) REFERENCES verification_jobs (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX verification_items_by_outcome ON verification_items (workspace_id, job_id, outcome, component_id, position);

-- +goose Down
DROP TABLE verification_items;
DROP TABLE verification_jobs;
