SELECT toMonday(conversion_time) AS week, channel, currency, sum(value) AS value
FROM attributions FINAL
ARRAY JOIN channels AS channel, credit_values AS value
WHERE project = 'default' AND model = 'linear' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY week, channel, currency
ORDER BY week, channel, currency
