-- See migrations/sqlite. Here there have been sums from the beginning, so nothing is caught up.
CREATE TABLE sums (
    workspace BIGINT   NOT NULL,
    bucket    SMALLINT NOT NULL,
    count     BIGINT   NOT NULL,
    sum       BIGINT   NOT NULL,
    PRIMARY KEY (workspace, bucket)
);
