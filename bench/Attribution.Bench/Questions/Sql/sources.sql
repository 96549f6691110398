SELECT
    source,
    currency,
    countIf(number = 1) AS conversions,
    sum(credit) / 1000000 AS credit,
    sum(value) AS value
FROM
(
    SELECT source, currency, credit, value, number
    FROM attributions FINAL
    ARRAY JOIN
        sources AS source,
        credits AS credit,
        credit_values AS value,
        arrayEnumerateUniq(sources) AS number
    WHERE project = 'default' AND model = 'linear' AND config = {config:String}
      AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
)
GROUP BY source, currency
ORDER BY credit DESC
