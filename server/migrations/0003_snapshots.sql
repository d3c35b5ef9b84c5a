-- What a new device is sent instead of a hundred pages: everything in a workspace as it was when its sequence went as far
-- as `head`, or later. It never changes; a newer one takes its place. Derived from `records`, so it may be deleted.
CREATE TABLE snapshots (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    snapshot  TEXT    NOT NULL,
    epoch     TEXT    NOT NULL,
    head      INTEGER NOT NULL,
    made_ms   INTEGER NOT NULL,
    -- JSON: what is said of each segment.
    segments  TEXT    NOT NULL,
    PRIMARY KEY (workspace, snapshot)
) STRICT, WITHOUT ROWID;

-- `body` is gzip of one record's JSON a line, in the order of type and id.
CREATE TABLE segments (
    workspace INTEGER NOT NULL,
    snapshot  TEXT    NOT NULL,
    number    INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    PRIMARY KEY (workspace, snapshot, number)
) STRICT;
