-- +goose Up
-- What a workspace's failed dry requests have spent, by the host that they asked; '' is all hosts together. Times are
-- microseconds since 1970, because what comes back meanwhile is reckoned in the statement, alike on both databases.

CREATE TABLE dry_request_budgets (
    workspace_id text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    target       text NOT NULL,
    spent        real NOT NULL,
    counted_at   integer NOT NULL,
    PRIMARY KEY (workspace_id, target)
);

-- +goose Down
DROP TABLE dry_request_budgets;
