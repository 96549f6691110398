-- Credit per campaign with its channel, source and medium, and currency, under one model; counted as in
-- channels.sql.
SELECT
    campaign,
    channel,
    source,
    medium,
    model,
    currency,
    countIf(campaign_touch = 1) AS conversions,
    sum(credit) AS credit_millionths,
    sum(credit_value) AS value
FROM attributions FINAL
ARRAY JOIN
    campaigns AS campaign,
    channels AS channel,
    sources AS source,
    mediums AS medium,
    credits AS credit,
    credit_values AS credit_value,
    arrayEnumerateUniq(campaigns, channels, sources, mediums) AS campaign_touch
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND model = {model:String}
GROUP BY campaign, channel, source, medium, model, currency
