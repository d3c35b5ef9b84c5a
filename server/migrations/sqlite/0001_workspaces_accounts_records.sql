-- Every key that can grow begins with the workspace, so that tenants stay apart and a later database can shard by it.

-- The unit of tenancy and of order. `head` is the number of the last row written in it; `epoch` changes when the
-- database is restored from a backup, so that devices know to send again.
CREATE TABLE workspaces (
    workspace  INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    epoch      TEXT    NOT NULL,
    head       INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
) STRICT;

-- `email` is normalised; `password_hash` is a PHC string.
CREATE TABLE users (
    user          INTEGER PRIMARY KEY,
    workspace     INTEGER NOT NULL REFERENCES workspaces (workspace),
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    created_ms    INTEGER NOT NULL
) STRICT;

-- `series` numbers the device's invoices. `next_n` is the number that its next mutation must have. `last_ms` and
-- `last_counter` are its latest stamp as accepted, so that a rewritten stamp still comes after it.
CREATE TABLE devices (
    workspace    INTEGER NOT NULL REFERENCES workspaces (workspace),
    device       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    series       TEXT    NOT NULL,
    next_n       INTEGER NOT NULL DEFAULT 1,
    last_ms      INTEGER NOT NULL DEFAULT 0,
    last_counter INTEGER NOT NULL DEFAULT 0,
    enrolled_ms  INTEGER NOT NULL,
    PRIMARY KEY (workspace, device),
    UNIQUE (workspace, series)
) STRICT, WITHOUT ROWID;

-- The token itself is never stored: only its SHA-256.
CREATE TABLE sessions (
    token_sha256 BLOB    PRIMARY KEY,
    user         INTEGER NOT NULL REFERENCES users (user),
    workspace    INTEGER NOT NULL,
    device       TEXT    NOT NULL,
    created_ms   INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL,
    FOREIGN KEY (workspace, device) REFERENCES devices (workspace, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

-- What became of the mutations first_n..=last_n of a device, kept for replays. `stamps` are those that the device gave
-- them: a replay with another stamp means that two devices share one identity.
CREATE TABLE receipts (
    workspace INTEGER NOT NULL,
    device    TEXT    NOT NULL,
    last_n    INTEGER NOT NULL,
    first_n   INTEGER NOT NULL,
    stamps    TEXT    NOT NULL,
    receipts  TEXT    NOT NULL,
    PRIMARY KEY (workspace, device, last_n),
    FOREIGN KEY (workspace, device) REFERENCES devices (workspace, device)
) STRICT;

-- The truth. `doc` is {"fields": {name: [value, stamp, seq]}, "deleted": [bool, stamp, seq]}: `seq` is the row's when
-- the register last changed; the column `seq` is the latest of them and unique in the workspace.
CREATE TABLE records (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    type      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    doc       TEXT    NOT NULL,
    PRIMARY KEY (workspace, type, id)
) STRICT;
CREATE UNIQUE INDEX records_by_seq ON records (workspace, seq);

-- An invoice's number is given once, whatever happens to the invoice later.
CREATE TABLE invoice_numbers (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    number    TEXT    NOT NULL,
    invoice   TEXT    NOT NULL,
    PRIMARY KEY (workspace, number)
) STRICT, WITHOUT ROWID;
