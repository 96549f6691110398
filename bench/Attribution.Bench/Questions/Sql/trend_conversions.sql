SELECT toDate(conversion_time) AS day, count() AS conversions
FROM attributions FINAL
WHERE project = 'default' AND model = 'last' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY day
ORDER BY day
