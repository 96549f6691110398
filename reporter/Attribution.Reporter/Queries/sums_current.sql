-- The days of which sums are stored that are of the rows that are there now. A part of the table never
-- changes, so a day's rows are the same where the parts that reach into it are: by name and by the hash of
-- their contents, and those that do not say which time they hold count for every day. An event or a touch
-- that came late, a merge, a person's erasure make other parts, and the day is read as it lies until it is
-- summed again. So it is where there are not as many sums as were stored.
SELECT DISTINCT toString(day) AS day_text, parts AS parts_hash
FROM
(
    SELECT
        day,
        parts,
        $parts AS parts_of_day
    FROM
    (
        $whole
    )
)
WHERE notEmpty(parts_of_day)
  AND parts = $hash
ORDER BY day_text DESC
LIMIT 3000
