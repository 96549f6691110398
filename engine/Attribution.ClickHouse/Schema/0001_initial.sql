-- Version 1: everything the engine writes. Statements end with a semicolon at the end of a line.
--
-- Every table is a ReplacingMergeTree whose key names the row: a row that is inserted twice is one row when
-- it is read through FINAL. The keys follow time, as rows arrive; a key by person costs twice the CPU per
-- inserted row. The filters let a person be found without reading everybody. Measured by `bench
-- sorting-keys`, see bench/results.
--
-- The settings: the window lets a server that is no cluster know the tokens of the last blocks, so that a
-- block sent again is not stored again. The journal forgets what ClickHouse holds, so what it holds must
-- survive a power failure (fsync). Blocks of 100,000 events stay compact, one file instead of two per column,
-- which makes the fsync cheap.

CREATE TABLE IF NOT EXISTS events
(
    project          LowCardinality(String),
    event_id         String,
    type             LowCardinality(String),
    timestamp        DateTime64(3, 'UTC'),
    received_at      DateTime64(3, 'UTC'),
    sent_at          Nullable(DateTime64(3, 'UTC')),
    user_id          String,
    anonymous_id     String,
    device_id        String,
    install_referrer String,
    source           LowCardinality(String),
    medium           LowCardinality(String),
    campaign         LowCardinality(String),
    term             LowCardinality(String),
    content          LowCardinality(String),
    click_id         String,
    click_id_type    LowCardinality(String),
    url              String,
    referrer         String,
    ip               IPv6,
    user_agent       LowCardinality(String),
    country          LowCardinality(String),
    revenue          Nullable(Decimal64(4)),
    currency         LowCardinality(String),
    properties       String,
    sequence         UInt64,
    INDEX user_filter user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX anonymous_filter anonymous_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX device_filter device_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project, timestamp, event_id)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS attributions
(
    project         LowCardinality(String),
    conversion_id   String,
    conversion_type LowCardinality(String),
    conversion_time DateTime64(3, 'UTC'),
    model           LowCardinality(String),
    config          LowCardinality(String),
    version         UInt64,
    person          UInt64,
    user_id         String,
    revenue         Decimal64(4),
    currency        LowCardinality(String),
    touches         Array(String),
    touch_times     Array(DateTime64(3, 'UTC')),
    touch_types     Array(LowCardinality(String)),
    channels        Array(LowCardinality(String)),
    sources         Array(LowCardinality(String)),
    mediums         Array(LowCardinality(String)),
    campaigns       Array(LowCardinality(String)),
    credits         Array(UInt32),
    credit_values   Array(Decimal64(4)),
    evidence        String
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(conversion_time)
ORDER BY (project, conversion_time, conversion_id, config, model)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS identities
(
    project    LowCardinality(String),
    id_kind    Enum8('user' = 1, 'anonymous' = 2, 'device' = 3, 'click' = 4),
    id         String,
    other_kind Enum8('user' = 1, 'anonymous' = 2, 'device' = 3, 'click' = 4),
    other_id   String,
    linked_at  DateTime64(3, 'UTC'),
    event_id   String,
    sequence   UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (project, id_kind, id, other_kind, other_id)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS dead_letters
(
    project     LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    sequence    UInt64,
    reason      LowCardinality(String),
    body        String,
    truncated   Bool
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (project, received_at, sequence, reason)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS configs
(
    hash       String,
    name       String,
    document   String,
    first_used DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY hash
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 134217728,
         fsync_after_insert = 1, fsync_part_directory = 1;
