SELECT *
FROM attributions FINAL
WHERE project = 'default' AND model = 'last' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
ORDER BY conversion_time DESC, conversion_id DESC
LIMIT 20
