-- How many journeys took how long: by the number of bounds, in milliseconds, that are at or below their time.
SELECT arrayCount(bound -> bound <= millis, {bounds:Array(Int64)}) AS bucket, count() AS journeys
FROM
(
    $journeys
)
WHERE touch_count > 0
GROUP BY bucket
ORDER BY bucket
