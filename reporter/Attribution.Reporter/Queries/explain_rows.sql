-- One conversion under one config: a row per model, with its evidence.
SELECT
    conversion_type,
    model,
    version,
    person,
    user_id,
    revenue,
    currency,
    touches,
    touch_times,
    touch_types,
    channels,
    sources,
    mediums,
    campaigns,
    credits,
    credit_values,
    evidence
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time = {time:DateTime64(3, 'UTC')}
  AND conversion_id = {id:String}
  AND config = {config:String}
ORDER BY model
