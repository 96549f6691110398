INSERT INTO arrival_sums
    (project, field, day, parts, text, events, late_minute, late_hour, late_day, late_week, paid, untagged, unsent,
     ahead, behind, skews)
SELECT
    project,
    {list:String},
    toDate(timestamp, 'UTC') AS of_day,
    transform(toString(of_day), {days:Array(String)}, {parts:Array(String)}, '') AS parts_of_day,
    $field AS text,
    $counts
FROM
(
    $arrived
    WHERE timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND toDate(timestamp, 'UTC') IN (SELECT toDate(arrayJoin({days:Array(String)})))
)
GROUP BY project, of_day, text
