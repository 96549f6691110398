-- The events of a project with the given times, in milliseconds since 1970, and ids. FINAL gives each once.
SELECT
    timestamp,
    event_id,
    type,
    source,
    medium,
    campaign,
    user_id,
    anonymous_id,
    device_id
FROM events FINAL
WHERE project = {project:String}
  AND (timestamp, event_id) IN
  (
      SELECT fromUnixTimestamp64Milli(pair.1, 'UTC'), pair.2
      FROM (SELECT arrayJoin(arrayZip({times:Array(Int64)}, {ids:Array(String)})) AS pair)
  )
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp <= {to:DateTime64(3, 'UTC')}
