SELECT toDate(pair.1) AS day, pair.2 AS parts
FROM
(
    SELECT arrayJoin(arrayZip({days:Array(String)}, {parts:Array(String)})) AS pair
)
