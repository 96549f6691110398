-- The newest events of the given ids: the filters of the ids find them as they lie, in any version, and of these
-- alone FINAL gives each once.
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
WHERE (timestamp, event_id) IN
(
    SELECT timestamp, event_id
    FROM events
    WHERE project = {project:String}
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND (has({user:Array(String)}, user_id)
           OR has({anonymous:Array(String)}, anonymous_id)
           OR has({device:Array(String)}, device_id))
)
  AND project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  AND (has({user:Array(String)}, user_id)
       OR has({anonymous:Array(String)}, anonymous_id)
       OR has({device:Array(String)}, device_id))
ORDER BY timestamp DESC, sequence DESC, event_id DESC
LIMIT {limit:UInt64}
