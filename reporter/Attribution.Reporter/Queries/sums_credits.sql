-- Credit of whole days, from the sums that are stored of them. A conversion counts once per line of its fields
-- and once in the total, as where every row is read. The texts of several fields lie in one, which is taken
-- apart when lines are summed up. Places with $ are filled from Sums/CreditSums.cs.
SELECT
    $keys
    toString(model) AS model,
    toString(currency) AS currency,
    0 AS is_total,
    sum(day_conversions) AS conversions,
    sum(day_credit) AS credit_millionths,
    sum(day_value) AS value
FROM
(
    SELECT
        $time
        $texts
        model,
        currency,
        day_conversions,
        day_credit,
        day_value
    FROM
    (
        SELECT
            $day
            text,
            model,
            currency,
            sum(conversions) AS day_conversions,
            sum(credit) AS day_credit,
            sum(credit_value) AS day_value
        FROM credit_sums FINAL
        WHERE project = {project:String} AND field = {list:String}
          AND (day, parts) IN ($of_days)
          AND config = {config:String}
          AND ({model:String} = '' OR model = {model:String})
        GROUP BY ALL
    )
)
GROUP BY ALL
UNION ALL
SELECT
    $no_keys
    toString(model) AS model,
    toString(currency) AS currency,
    1 AS is_total,
    sum(conversions) AS conversions,
    sum(credit) AS credit_millionths,
    sum(credit_value) AS value
FROM credit_sums FINAL
WHERE project = {project:String} AND field = ''
  AND (day, parts) IN ($of_days)
  AND config = {config:String}
  AND ({model:String} = '' OR model = {model:String})
GROUP BY ALL
