-- Days of which newer sums are stored, for so long that nobody still reads the old ones.
SELECT toString(day) AS day_text, parts AS parts_hash
FROM
(
    SELECT day, parts, max(summed_days.summed_at) AS last_summed
    FROM summed_days
    WHERE source = {source:String}
    GROUP BY day, parts
)
WHERE last_summed < now64(3) - INTERVAL 1 HOUR
  AND (day, last_summed) NOT IN
  (
      SELECT day, max(summed_days.summed_at)
      FROM summed_days
      WHERE source = {source:String}
      GROUP BY day
  )
ORDER BY day_text
LIMIT 3000
