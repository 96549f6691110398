-- By an event's own ids, without links.
SELECT level, count() AS persons
FROM
(
    SELECT
        windowFunnel(604800000)(
            toUInt64(toUnixTimestamp64Milli(timestamp)), type = 'click', type = 'purchase') AS level
    FROM events FINAL
    WHERE project = 'default' AND type IN ('click', 'purchase')
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
    GROUP BY if(user_id != '', user_id, if(device_id != '', device_id, anonymous_id))
)
GROUP BY level
ORDER BY level
