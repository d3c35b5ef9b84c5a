-- What was done to each record, one row a mutation: which fields it set to what, also those that lost. `stamp` says when
-- and by which device; `change` is {"fields": {name: value}, "deleted": bool}.
CREATE TABLE history (
    workspace bigint NOT NULL REFERENCES workspaces (workspace),
    type      text   NOT NULL COLLATE "C",
    id        uuid   NOT NULL,
    stamp     text   NOT NULL COLLATE "C",
    change    text   NOT NULL,
    PRIMARY KEY (workspace, type, id, stamp)
);
