-- Version 8: who did it without hashing three texts, and sums of what `quality` counts.

-- The hash of an event's strongest id, by which questions about persons group: of the user's, else the device's,
-- else the browser's, where it says something; without one, of the event's own. Which ids say nothing is as
-- configs have it by default; for one that has others, or links click ids, the reporter hashes them as it asks
-- (persons_id.sql). Parts of earlier versions get the column with their next merge, and hash until then.
ALTER TABLE events ADD COLUMN IF NOT EXISTS strongest_id UInt64 MATERIALIZED multiIf(
    user_id != '' AND lower(user_id) NOT IN (
        '(not set)', '-', '0', '00000000-0000-0000-0000-000000000000', '[object object]', 'anonymous',
        'default', 'false', 'guest', 'n/a', 'na', 'nan', 'nil', 'none', 'null', 'test', 'true',
        'undefined', 'unknown', 'user'),
    cityHash64(toUInt8(1), user_id),
    device_id != '' AND lower(device_id) NOT IN (
        '(not set)', '-', '0', '00000000-0000-0000-0000-000000000000', '[object object]', 'anonymous',
        'default', 'false', 'guest', 'n/a', 'na', 'nan', 'nil', 'none', 'null', 'test', 'true',
        'undefined', 'unknown', 'user'),
    cityHash64(toUInt8(3), device_id),
    anonymous_id != '' AND lower(anonymous_id) NOT IN (
        '(not set)', '-', '0', '00000000-0000-0000-0000-000000000000', '[object object]', 'anonymous',
        'default', 'false', 'guest', 'n/a', 'na', 'nan', 'nil', 'none', 'null', 'test', 'true',
        'undefined', 'unknown', 'user'),
    cityHash64(toUInt8(2), anonymous_id),
    cityHash64(toUInt8(0), event_id));

-- Sums of what `quality` counts, with settings as in versions 1 and 3 and proof as in version 5. `field` is a
-- field of events and `text` what it is. What is late, paid or ahead is as the reporter's quality_counts.sql says,
-- which counts what is not stored in the same way.
CREATE TABLE IF NOT EXISTS arrival_sums
(
    project     LowCardinality(String),
    field       LowCardinality(String),
    day         Date,
    parts       String CODEC(ZSTD(1)),
    text        LowCardinality(String),
    events      UInt64,
    late_minute UInt64,
    late_hour   UInt64,
    late_day    UInt64,
    late_week   UInt64,
    paid        UInt64,
    untagged    UInt64,
    unsent      UInt64,
    ahead       UInt64,
    behind      UInt64,
    skews       AggregateFunction(quantilesDD(0.01, 0.01, 0.5, 0.99), Float64)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, field, day, parts, text)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
         old_parts_lifetime = 60;
