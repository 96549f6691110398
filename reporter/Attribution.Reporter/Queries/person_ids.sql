-- The ids on the conversions and touches of a person who is known by the engine's hash.
SELECT DISTINCT user_id, anonymous_id, device_id
FROM events
WHERE project = {project:String}
  AND (timestamp, event_id) IN
  (
      SELECT conversion_time, conversion_id
      FROM attributions
      WHERE project = {project:String} AND person = {person:UInt64}
      UNION DISTINCT
      SELECT touch_time, touch
      FROM attributions
      ARRAY JOIN touch_times AS touch_time, touches AS touch
      WHERE project = {project:String} AND person = {person:UInt64} AND touch != ''
  )
LIMIT {limit:UInt64}
