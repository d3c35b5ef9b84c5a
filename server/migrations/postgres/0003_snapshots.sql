-- See migrations/sqlite. `body` is compressed, so the database need not try.
CREATE TABLE snapshots (
    workspace BIGINT NOT NULL,
    snapshot  TEXT   NOT NULL,
    epoch     TEXT   NOT NULL,
    head      BIGINT NOT NULL,
    made_ms   BIGINT NOT NULL,
    segments  TEXT   NOT NULL,
    PRIMARY KEY (workspace, snapshot)
);

CREATE TABLE segments (
    workspace BIGINT  NOT NULL,
    snapshot  TEXT    NOT NULL,
    number    INTEGER NOT NULL,
    body      BYTEA   NOT NULL,
    PRIMARY KEY (workspace, snapshot, number)
);
ALTER TABLE segments ALTER COLUMN body SET STORAGE EXTERNAL;
