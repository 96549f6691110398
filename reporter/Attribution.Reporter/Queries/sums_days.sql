-- The days with rows, with what tells their parts; for sums to make, those of which none are stored, or not
-- all, or sums of other rows.
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
  $open
ORDER BY day
LIMIT 3000
