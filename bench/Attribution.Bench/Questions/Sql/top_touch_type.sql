SELECT
    touch_type,
    channel,
    currency,
    countIf(number = 1) AS conversions,
    sum(credit) / 1000000 AS credit,
    sum(value) AS value
FROM
(
    SELECT touch_type, channel, currency, credit, value, number
    FROM attributions FINAL
    ARRAY JOIN
        touch_types AS touch_type,
        channels AS channel,
        credits AS credit,
        credit_values AS value,
        arrayEnumerateUniq(touch_types, channels) AS number
    WHERE project = 'default' AND model = 'linear' AND config = {config:String}
      AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
)
GROUP BY touch_type, channel, currency
ORDER BY credit DESC
