-- Version 5: sums of whole days, so that reports over months need not read every row. Settings as in versions
-- 1 and 3.

-- Rows of attributions are replaced and events may be stored twice, so nothing can be added up as it comes. A
-- day is summed through FINAL, when it is over, by the reporter's command sums. `parts` names the parts of
-- the table that its rows lay in then, by a hash of their names and contents: the sums are used where the
-- table holds those very parts of the day, and no others.
CREATE TABLE IF NOT EXISTS summed_days
(
    source    LowCardinality(String),
    day       Date,
    parts     String,
    summed_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (source, day, parts)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
         old_parts_lifetime = 60;

-- `field` is a field of touches and `text` what it is; without a field they are all together.
CREATE TABLE IF NOT EXISTS credit_sums
(
    project      LowCardinality(String),
    field        LowCardinality(String),
    day          Date,
    parts        String CODEC(ZSTD(1)),
    config       LowCardinality(String),
    text         LowCardinality(String),
    model        LowCardinality(String),
    currency     LowCardinality(String),
    conversions  UInt64,
    credit       UInt64,
    credit_value Decimal128(4)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, field, day, parts, config, text, model, currency)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
         old_parts_lifetime = 60;

CREATE TABLE IF NOT EXISTS event_sums
(
    project LowCardinality(String),
    day     Date,
    parts   String CODEC(ZSTD(1)),
    hour    DateTime64(3, 'UTC'),
    type    LowCardinality(String),
    events  UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, day, parts, hour, type)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1,
         old_parts_lifetime = 60;
