-- What migrations/sqlite says of the tables holds here too. What is different is so that a PostgreSQL that is spread
-- over many machines can shard by `workspace`: each table that grows with its people's work has the workspace as the
-- first column of its key, has no other unique key without it, and refers to no table beyond its workspace. `users` and
-- `sessions` are asked for by address and token, before the workspace is known: they are the directory, which such a
-- database keeps whole on each machine, so nothing else refers to them, nor they to anything.

-- A push locks its workspace's row, so one that goes on takes nothing from another workspace. `id` is a random UUID.
CREATE TABLE workspaces (
    workspace  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    epoch      TEXT   NOT NULL,
    head       BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL
);

CREATE TABLE users (
    user_id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace     BIGINT NOT NULL,
    email         TEXT   NOT NULL UNIQUE,
    password_hash TEXT   NOT NULL,
    created_ms    BIGINT NOT NULL
);

CREATE TABLE devices (
    workspace    BIGINT  NOT NULL REFERENCES workspaces (workspace),
    device       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    series       TEXT    NOT NULL,
    next_n       BIGINT  NOT NULL DEFAULT 1,
    last_ms      BIGINT  NOT NULL DEFAULT 0,
    last_counter INTEGER NOT NULL DEFAULT 0,
    enrolled_ms  BIGINT  NOT NULL,
    PRIMARY KEY (workspace, device),
    UNIQUE (workspace, series)
);

CREATE TABLE sessions (
    token_sha256 BYTEA  PRIMARY KEY,
    user_id      BIGINT NOT NULL,
    workspace    BIGINT NOT NULL,
    device       TEXT   NOT NULL,
    created_ms   BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

CREATE TABLE receipts (
    workspace BIGINT NOT NULL,
    device    TEXT   NOT NULL,
    last_n    BIGINT NOT NULL,
    first_n   BIGINT NOT NULL,
    stamps    TEXT   NOT NULL,
    receipts  TEXT   NOT NULL,
    PRIMARY KEY (workspace, device, last_n),
    FOREIGN KEY (workspace, device) REFERENCES devices (workspace, device)
);

-- `doc` is text, not jsonb: a number keeps its spelling, and a text may hold the character that jsonb refuses (\u0000).
-- There is no reference to the workspace, which would be checked for each row of a push: its row is locked by then. Types are in the order of their bytes, as SQLite and
-- the devices have them.
CREATE TABLE records (
    workspace BIGINT NOT NULL,
    type      TEXT   COLLATE "C" NOT NULL,
    id        UUID   NOT NULL,
    seq       BIGINT NOT NULL,
    doc       TEXT   NOT NULL,
    PRIMARY KEY (workspace, type, id)
);
CREATE UNIQUE INDEX records_by_seq ON records (workspace, seq);

-- `number` is the text's UTF-8: whatever a device sends can be looked up, that character included.
CREATE TABLE invoice_numbers (
    workspace BIGINT NOT NULL,
    number    BYTEA  NOT NULL,
    invoice   UUID   NOT NULL,
    PRIMARY KEY (workspace, number)
);
