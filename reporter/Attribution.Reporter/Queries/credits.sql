-- Credit by any fields, model and currency. FINAL gives each conversion's newest row once. A conversion
-- counts once per line, however many of its touches belong to it, and once in the total: touch_number counts
-- the touches with the same fields, touch_index all. A conversion has one currency, so its conversions and
-- credits add up over currencies; its values do not. Lines are summed up first, by what fields are stored
-- as; texts and totals are made of the lines, which are few. Where nobody asks for touches a conversion's
-- credits are added up first. Places with $ are filled from Fields/CreditQuery.cs.
SELECT
    $keys
    model,
    currency,
    $is_total AS is_total,
    $conversions AS conversions,
    sum(line_credit) AS credit_millionths,
    sum(line_value) AS value
FROM
(
    SELECT
        $raw_keys
        model,
        currency,
        $line_conversions,
        sum(credit) AS line_credit,
        sum(credit_value) AS line_value
    FROM
    (
        SELECT
            $columns
            model,
            currency,
            credit,
            credit_value,
            touch_index,
            touch_number
        FROM attributions FINAL
        ARRAY JOIN
            $arrays
            $credits AS credit,
            $values AS credit_value,
            arrayEnumerate($credits) AS touch_index,
            $touch_number AS touch_number
        WHERE project = {project:String}
          AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
          AND config = {config:String}
          AND ({model:String} = '' OR model = {model:String})
          $rest
          $conversion_filter
    ) AS credited
    $joins
    $filter
    GROUP BY $lines
)
GROUP BY $groups
