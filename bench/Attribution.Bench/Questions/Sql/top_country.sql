SELECT country, currency, count() AS conversions, sum(revenue) AS value
FROM attributions AS a FINAL
LEFT ANY JOIN
(
    SELECT event_id, country
    FROM events
    WHERE project = 'default' AND type IN ('install', 'purchase', 'signup', 'subscribe')
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
) AS e ON e.event_id = a.conversion_id
WHERE project = 'default' AND model = 'linear' AND config = {config:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY country, currency
ORDER BY conversions DESC
