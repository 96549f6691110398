UNION ALL
SELECT
    arrayConcat(
        [(toUInt8(indexOf({by:Array(String)}, field) - 1), toString(text))],
        if(field = {by:Array(String)}[1], [(toUInt8(length({by:Array(String)})), '')], [])) AS lists,
    events, late_minute, late_hour, late_day, late_week, paid, untagged, unsent, ahead, behind, skews
FROM arrival_sums FINAL
WHERE project = {project:String} AND field IN {by:Array(String)}
  AND (day, parts) IN ($of_days)
