-- By an event's own ids, without links, and by source and medium instead of the config's channels.
SELECT path, count() AS journeys
FROM
(
    SELECT
        arraySort(groupArrayIf((timestamp, source, medium), type IN ('click', 'visit', 'impression', 'open')))
            AS touches,
        arrayMap(touch -> (touch.2, touch.3), touches) AS path
    FROM events FINAL
    WHERE project = 'default'
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
    GROUP BY if(user_id != '', user_id, if(device_id != '', device_id, anonymous_id))
    HAVING countIf(type IN ('install', 'purchase', 'signup', 'subscribe')) = 0 AND notEmpty(touches)
)
GROUP BY path
ORDER BY journeys DESC
LIMIT 20
