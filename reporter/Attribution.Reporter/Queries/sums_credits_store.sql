INSERT INTO credit_sums
    (project, field, day, parts, config, text, model, currency, conversions, credit, credit_value)
SELECT
    project,
    {list:String},
    of_day,
    transform(toString(of_day), {days:Array(String)}, {parts:Array(String)}, ''),
    config,
    $text,
    model,
    currency,
    line_conversions,
    line_credit,
    line_value
FROM
(
    SELECT
        project,
        of_day,
        config,
        $fields
        model,
        currency,
        countIf(number = 1) AS line_conversions,
        sum(touch_credit) AS line_credit,
        sum(touch_value) AS line_value
    FROM
    (
        SELECT
            project, toDate(conversion_time, 'UTC') AS of_day, config, model, currency,
            $columns
            touch_credit, touch_value, number
        FROM attributions FINAL
        ARRAY JOIN
            $arrays
            credits AS touch_credit,
            credit_values AS touch_value,
            $number AS number
        WHERE conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
          AND toDate(conversion_time, 'UTC') IN (SELECT toDate(arrayJoin({days:Array(String)})))
    ) AS credited
    $join
    GROUP BY ALL
)
