-- By an event's own ids, without links.
SELECT began, week, count() AS persons
FROM
(
    SELECT
        groupUniqArray(toMonday(timestamp)) AS weeks,
        arrayMin(weeks) AS began
    FROM events FINAL
    WHERE project = 'default'
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
    GROUP BY if(user_id != '', user_id, if(device_id != '', device_id, anonymous_id))
)
ARRAY JOIN weeks AS week
GROUP BY began, week
ORDER BY began, week
