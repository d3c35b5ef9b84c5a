-- The archive. `age` says which devices keep a row: 0 all of them, 1 those that keep a year, 2 those that keep everything. A
-- record and its parts (`part_of`, the id of the record at their head) are of one age. `entered` is the row's `seq` when it last
-- came back from the archive, `touched_ms` when somebody brought it back.
ALTER TABLE records ADD COLUMN part_of TEXT;
ALTER TABLE records ADD COLUMN age INTEGER NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN entered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN touched_ms INTEGER NOT NULL DEFAULT 0;
UPDATE records SET part_of = doc ->> '$.fields.deal[0]' WHERE type = 'stage_event' AND length(doc ->> '$.fields.deal[0]') = 36;
UPDATE records SET part_of = doc ->> '$.fields.invoice[0]' WHERE type IN ('invoice_line', 'payment')
    AND length(doc ->> '$.fields.invoice[0]') = 36;
UPDATE records SET part_of = doc ->> '$.fields.record[0]' WHERE type = 'conflict' AND length(doc ->> '$.fields.record[0]') = 36;
CREATE INDEX records_by_head ON records (workspace, part_of) WHERE part_of IS NOT NULL;

-- The sums are kept for each age: `bucket` is 256 × age + the last byte of the id.

-- A snapshot holds what is in a scope.
ALTER TABLE snapshots ADD COLUMN scope INTEGER NOT NULL DEFAULT 2;
