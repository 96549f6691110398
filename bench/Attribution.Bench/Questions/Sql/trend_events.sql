SELECT toDate(timestamp) AS day, count() AS events
FROM events FINAL
WHERE project = 'default'
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
GROUP BY day
ORDER BY day
