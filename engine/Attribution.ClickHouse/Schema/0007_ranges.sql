-- Version 7: what is asked for all the time without reading everything. Parts of earlier versions get theirs with
-- the next merge, and are read in full until then.

-- How new the newest arrival is: events lie by when they happened, and late ones among them anywhere.
ALTER TABLE events ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1;

-- A link is stored in one direction, and its key finds it by that one only.
ALTER TABLE identities ADD INDEX IF NOT EXISTS other_filter other_id TYPE bloom_filter(0.01) GRANULARITY 1;
