SELECT channels, count() AS journeys, sum(revenue) AS value
FROM attributions FINAL
WHERE project = 'default' AND model = 'linear' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY channels
ORDER BY journeys DESC
LIMIT 20
