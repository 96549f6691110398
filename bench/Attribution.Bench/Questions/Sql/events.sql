SELECT *
FROM events FINAL
WHERE project = 'default'
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
ORDER BY timestamp DESC, event_id DESC
LIMIT 20
