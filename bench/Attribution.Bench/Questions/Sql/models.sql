SELECT channel, model, sum(credit) / 1000000 AS credit
FROM attributions FINAL
ARRAY JOIN channels AS channel, credits AS credit
WHERE project = 'default' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY channel, model
ORDER BY channel, model
