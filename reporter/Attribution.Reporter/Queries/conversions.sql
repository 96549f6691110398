-- Conversions, newest first, with the touches that earned them under one model.
SELECT
    conversion_time,
    conversion_id,
    conversion_type,
    person,
    user_id,
    revenue,
    currency,
    touches,
    channels,
    campaigns,
    credits,
    credit_values
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND model = {model:String}
ORDER BY conversion_time DESC, conversion_id
LIMIT {limit:UInt64}
