-- How many journeys have how many touches.
SELECT touch_count, count() AS journeys
FROM
(
    $journeys
)
GROUP BY touch_count
ORDER BY touch_count
