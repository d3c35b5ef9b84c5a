-- The archive. `age` says which devices keep a row: 0 all of them, 1 those that keep a year, 2 those that keep everything. A
-- record and its parts (`part_of`, the id of the record at their head) are of one age. `entered` is the row's `seq` when it last
-- came back from the archive, `touched_ms` when somebody brought it back.
ALTER TABLE records
    ADD COLUMN part_of    UUID,
    ADD COLUMN age        SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN entered    BIGINT   NOT NULL DEFAULT 0,
    ADD COLUMN touched_ms BIGINT   NOT NULL DEFAULT 0;
UPDATE records SET part_of = (doc::json #>> '{fields,deal,0}')::uuid WHERE type = 'stage_event'
    AND doc::json #>> '{fields,deal,0}' ~ '^[0-9a-f-]{36}$';
UPDATE records SET part_of = (doc::json #>> '{fields,invoice,0}')::uuid WHERE type IN ('invoice_line', 'payment')
    AND doc::json #>> '{fields,invoice,0}' ~ '^[0-9a-f-]{36}$';
UPDATE records SET part_of = (doc::json #>> '{fields,record,0}')::uuid WHERE type = 'conflict'
    AND doc::json #>> '{fields,record,0}' ~ '^[0-9a-f-]{36}$';
CREATE INDEX records_by_head ON records (workspace, part_of) WHERE part_of IS NOT NULL;

-- The sums are kept for each age: `bucket` is 256 × age + the last byte of the id.

-- A snapshot holds what is in a scope.
ALTER TABLE snapshots ADD COLUMN scope SMALLINT NOT NULL DEFAULT 2;
