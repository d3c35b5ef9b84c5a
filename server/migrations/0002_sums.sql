-- How many records of each bucket (the last byte of the id) there are, and the sum of their digests: by these a device
-- and the server find out whether they hold the same. A digest has 40 bits, so no sum overflows.
CREATE TABLE sums (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    bucket    INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       INTEGER NOT NULL,
    PRIMARY KEY (workspace, bucket)
) STRICT, WITHOUT ROWID;

-- Whether the sums cover everything in the workspace; those of before are summed when the server starts.
ALTER TABLE workspaces ADD COLUMN summed INTEGER NOT NULL DEFAULT 0;
UPDATE workspaces SET summed = 1 WHERE head = 0;
