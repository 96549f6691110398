INSERT INTO credit_sums
    (project, field, day, parts, config, text, model, currency, conversions, credit, credit_value)
SELECT
    project,
    {field:String},
    of_day,
    transform(toString(of_day), {days:Array(String)}, {parts:Array(String)}, ''),
    config,
    text,
    model,
    currency,
    countIf(number = 1),
    sum(credit),
    sum(credit_value)
FROM
(
    SELECT project, toDate(conversion_time, 'UTC') AS of_day, config, model, currency,
        $text AS text, credit, credit_value, number
    FROM attributions FINAL
    ARRAY JOIN
        $array
        credits AS credit,
        credit_values AS credit_value,
        $number AS number
    WHERE conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
      AND toDate(conversion_time, 'UTC') IN (SELECT toDate(arrayJoin({days:Array(String)})))
)
GROUP BY project, of_day, config, text, model, currency
