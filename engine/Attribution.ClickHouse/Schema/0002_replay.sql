-- Version 2: what replay and fitted models keep. Settings as in version 1.

-- Under which identity rules a link was seen: a config with the same rules reads links from here, one with
-- others finds them in the events. Empty on links of version 1.
ALTER TABLE identities ADD COLUMN IF NOT EXISTS rules LowCardinality(String);

-- Tables of fitted models, by the hash of their document. A config names them by it.
CREATE TABLE IF NOT EXISTS fits
(
    hash      String,
    kind      LowCardinality(String),
    document  String,
    project   LowCardinality(String),
    from_time DateTime64(3, 'UTC'),
    to_time   DateTime64(3, 'UTC'),
    config    LowCardinality(String),
    fitted_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY hash
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;

-- One row per finished chunk of a replay: an interrupted one goes on after the last of them. A chunk holds
-- the persons whose hash falls in it; `through` is the newest event that the replay takes into account.
CREATE TABLE IF NOT EXISTS replays
(
    project     LowCardinality(String),
    config      LowCardinality(String),
    from_time   DateTime64(3, 'UTC'),
    to_time     DateTime64(3, 'UTC'),
    through     UInt64,
    chunks      UInt32,
    chunk       UInt32,
    events      UInt64,
    conversions UInt64,
    rows        UInt64,
    finished_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (project, config, from_time, to_time, through, chunks, chunk)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;
