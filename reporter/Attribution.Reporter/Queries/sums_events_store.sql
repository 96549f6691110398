INSERT INTO event_sums (project, day, parts, hour, type, events)
SELECT
    project,
    toDate(of_hour, 'UTC') AS of_day,
    transform(toString(of_day), {days:Array(String)}, {parts:Array(String)}, ''),
    of_hour,
    type,
    count()
FROM
(
    SELECT project, toStartOfHour(timestamp, 'UTC') AS of_hour, type
    FROM events FINAL
    WHERE timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
)
WHERE toDate(of_hour, 'UTC') IN (SELECT toDate(arrayJoin({days:Array(String)})))
GROUP BY project, of_hour, type
