-- The newest events of the given ids. FINAL gives each event once.
SELECT
    timestamp,
    event_id,
    type,
    source,
    medium,
    campaign,
    revenue,
    currency
FROM events FINAL
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  AND (has({user:Array(String)}, user_id)
       OR has({anonymous:Array(String)}, anonymous_id)
       OR has({device:Array(String)}, device_id))
ORDER BY timestamp DESC, sequence DESC, event_id DESC
LIMIT {limit:UInt64}
