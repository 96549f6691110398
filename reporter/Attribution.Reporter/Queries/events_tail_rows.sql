-- The events of some buckets, in the order in which the engine took them. A doubled row comes twice.
-- Places with $ are filled from Commands/Events/EventQuestion.cs.
SELECT
    $fields
    cityHash64(timestamp, event_id) AS key_hash,
    sequence AS key_sequence
FROM events
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')}
  AND sequence >= {floor:UInt64}
  AND intDiv(sequence, {bucket_size:UInt64}) IN {buckets:Array(UInt64)}
  AND $filter
ORDER BY key_sequence, key_hash
