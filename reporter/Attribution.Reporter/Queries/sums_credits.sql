-- Credit of whole days, from the sums that are stored of them. A conversion counts once per line of its field
-- and once in the total, as where every row is read. Places with $ are filled from Sums/CreditSums.cs.
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
        toDateTime64(day, 3, 'UTC') AS conversion_time,
        $texts
        model,
        currency,
        conversions AS day_conversions,
        credit AS day_credit,
        credit_value AS day_value
    FROM credit_sums FINAL
    WHERE project = {project:String} AND field = {field:String}
      AND (day, parts) IN ($of_days)
      AND config = {config:String}
      AND ({model:String} = '' OR model = {model:String})
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
