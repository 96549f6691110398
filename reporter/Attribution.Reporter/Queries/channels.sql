-- Credit per channel, model and currency. FINAL gives each conversion's newest row once. A conversion
-- counts once per channel, however many of its touches came through it. A conversion has one currency, so
-- its conversions and credits add up over currencies; its values do not.
SELECT
    channel,
    model,
    currency,
    countIf(channel_touch = 1) AS conversions,
    sum(credit) AS credit_millionths,
    sum(credit_value) AS value
FROM attributions FINAL
ARRAY JOIN
    channels AS channel,
    credits AS credit,
    credit_values AS credit_value,
    arrayEnumerateUniq(channels) AS channel_touch
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND ({model:String} = '' OR model = {model:String})
GROUP BY channel, model, currency
