-- Who earned the conversions among the events of the given ids, under each model.
SELECT
    conversion_id,
    conversion_time,
    person,
    model,
    currency,
    touches,
    touch_times,
    touch_types,
    channels,
    sources,
    mediums,
    campaigns,
    credits,
    credit_values
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND ({model:String} = '' OR model = {model:String})
  AND (conversion_time, conversion_id) IN
  (
      SELECT timestamp, event_id
      FROM events
      WHERE project = {project:String}
        AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
        AND (has({user:Array(String)}, user_id)
             OR has({anonymous:Array(String)}, anonymous_id)
             OR has({device:Array(String)}, device_id))
  )
ORDER BY conversion_time, conversion_id, model
