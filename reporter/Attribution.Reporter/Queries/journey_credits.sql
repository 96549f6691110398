-- Who earned the given conversions, under each model. A conversion is the event of its time and id; what is no
-- conversion has no row.
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
      SELECT fromUnixTimestamp64Milli(event.1, 'UTC'), event.2
      FROM (SELECT arrayJoin(arrayZip({millis:Array(Int64)}, {event_ids:Array(String)})) AS event)
  )
ORDER BY conversion_time, conversion_id, model
