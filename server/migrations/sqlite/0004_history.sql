-- What was done to each record, one row a mutation: which fields it set to what, also those that lost. `stamp` says when
-- and by which device; `change` is {"fields": {name: value}, "deleted": bool}.
CREATE TABLE history (
    workspace INTEGER NOT NULL REFERENCES workspaces (workspace),
    type      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    stamp     TEXT    NOT NULL,
    change    TEXT    NOT NULL,
    PRIMARY KEY (workspace, type, id, stamp)
) STRICT, WITHOUT ROWID;

-- Of what was before, the last change of each field is known.
INSERT INTO history (workspace, type, id, stamp, change)
SELECT records.workspace, records.type, records.id, field.value ->> 1,
       json_object('fields', json_group_object(field.key, json(field.value -> 0)))
FROM records, json_each(records.doc, '$.fields') AS field
GROUP BY records.workspace, records.type, records.id, field.value ->> 1;
