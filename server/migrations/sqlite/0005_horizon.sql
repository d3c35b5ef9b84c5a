-- How far a workspace's sequence went at a time: rows up to `head` were taken before `noted_ms`. Noted once a day, and
-- kept until those rows are beyond the horizon.
CREATE TABLE marks (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    head      INTEGER NOT NULL,
    noted_ms  INTEGER NOT NULL,
    PRIMARY KEY (workspace, head)
) STRICT, WITHOUT ROWID;

-- `compacted` is up to where rows were looked at, `horizon` the last of them that lost what lay beneath its deletion.
ALTER TABLE workspaces ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspaces ADD COLUMN horizon   INTEGER NOT NULL DEFAULT 0;

-- History is dropped by its age.
CREATE INDEX history_by_stamp ON history (workspace, stamp);
