-- Version 4: the newest sequence without reading them all.

-- A start asks whether any row has a sequence that the journal has not, which would have to be read in full
-- without this. One range per 1,024 granules: for a part that is merged a few, for an inserted one a single one.
-- Parts of earlier versions get theirs with the next merge.
ALTER TABLE events ADD INDEX IF NOT EXISTS sequence_range sequence TYPE minmax GRANULARITY 1024;
