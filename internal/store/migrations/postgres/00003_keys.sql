-- +goose Up
-- revision moves with every change of the keys in a keyset; whoever saves what it sealed checks it. rotation is the
-- number of the last rotation that gave the keyset a new key; key_checks holds the newest number and whether that
-- rotation still goes on.
ALTER TABLE keysets ADD COLUMN revision integer NOT NULL DEFAULT 0;
ALTER TABLE keysets ADD COLUMN rotation integer NOT NULL DEFAULT 0;
ALTER TABLE key_checks ADD COLUMN rotation integer NOT NULL DEFAULT 0;
ALTER TABLE key_checks ADD COLUMN rotating boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE key_checks DROP COLUMN rotating;
ALTER TABLE key_checks DROP COLUMN rotation;
ALTER TABLE keysets DROP COLUMN rotation;
ALTER TABLE keysets DROP COLUMN revision;
