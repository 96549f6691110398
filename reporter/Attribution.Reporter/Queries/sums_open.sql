-- The days with rows of which no sums are stored, or sums of other rows.
SELECT toString(day) AS day_text, parts_hash
FROM
(
    SELECT
        day,
        $parts AS parts_of_day,
        $hash AS parts_hash
    FROM
    (
        SELECT {first:Date} + number AS day
        FROM numbers(toUInt64(dateDiff('day', {first:Date}, {end:Date})))
    )
)
WHERE notEmpty(parts_of_day)
  AND (day, parts_hash) NOT IN (SELECT day, parts FROM summed_days WHERE source = {source:String})
ORDER BY day
LIMIT 3000
