-- Events, newest first: so many keys behind a place, and their rows. The keys come from reading the table
-- backwards in its own order, which ends with the limit; FINAL then merges only the granules that hold them
-- and gives each key's newest row, which may not be the one that the filter held for. $ is filled from
-- Commands/Events/EventQuestion.cs.
SELECT
    $fields
    timestamp AS key_time,
    event_id AS key_id,
    toUInt8($filter) AS is_match
FROM events FINAL
WHERE project = {project:String}
  AND (timestamp, event_id) IN
  (
      SELECT timestamp, event_id
      FROM events
      WHERE project = {project:String}
        AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
        $before
        AND $filter
      ORDER BY project DESC, timestamp DESC, event_id DESC
      LIMIT {limit:UInt64}
  )
ORDER BY key_time DESC, key_id DESC
