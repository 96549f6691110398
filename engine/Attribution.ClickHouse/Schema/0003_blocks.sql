-- Version 3: a block that can be asked for, and merges that survive a power failure.

-- The id of the insert that a row came with, the same on all its rows: a hash of its deduplication token. When
-- the answer to an insert is lost the engine counts the rows of the block before it sends them again, as the
-- log of tokens is never synced to the disk (https://github.com/ClickHouse/ClickHouse/issues/111577). 0 on rows
-- of versions 1 and 2, and on what a replay or a person wrote. Runs of one value that the shards interleave:
-- ZSTD keeps them in 0.7 bytes a row where LZ4 takes 2.2.
ALTER TABLE events ADD COLUMN IF NOT EXISTS block UInt64 CODEC(ZSTD(1));
ALTER TABLE attributions ADD COLUMN IF NOT EXISTS block UInt64 CODEC(ZSTD(1));
ALTER TABLE identities ADD COLUMN IF NOT EXISTS block UInt64 CODEC(ZSTD(1));
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS block UInt64 CODEC(ZSTD(1));

-- Inserted parts are synced, but a merge replaces them by a part that is not: by default nothing syncs it, and
-- the synced parts are deleted at once (old_parts_lifetime is 0 in ClickHouse 26.7, 480 s in older versions).
-- So merges and mutations of any size sync as well, and what they replace stays for a minute, longer than any
-- file system takes to write down that the new part was renamed into its place.
ALTER TABLE events MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE attributions MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE identities MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE dead_letters MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE configs MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE fits MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
ALTER TABLE replays MODIFY SETTING min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 60;
