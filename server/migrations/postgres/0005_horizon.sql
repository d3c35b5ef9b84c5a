-- See migrations/sqlite.
CREATE TABLE marks (
    workspace BIGINT NOT NULL,
    head      BIGINT NOT NULL,
    noted_ms  BIGINT NOT NULL,
    PRIMARY KEY (workspace, head)
);

ALTER TABLE workspaces ADD COLUMN compacted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workspaces ADD COLUMN horizon   BIGINT NOT NULL DEFAULT 0;

CREATE INDEX history_by_stamp ON history (workspace, stamp, type, id);
