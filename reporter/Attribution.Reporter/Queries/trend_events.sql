-- Events per bucket of time and by any fields. FINAL gives each event once. Places with $ are filled from
-- Commands/Trends/TrendSeries.cs; the first key is the bucket.
SELECT
    $keys
    count() AS amount
FROM events FINAL
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  $rest
  $condition
GROUP BY ALL
