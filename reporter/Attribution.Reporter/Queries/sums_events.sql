-- Events of whole days, from the sums that are stored of each hour. Places with $ are filled from
-- Sums/EventSums.cs; the first key is the bucket.
SELECT
    $keys
    sum(hour_events) AS amount
FROM
(
    SELECT hour AS timestamp, type, events AS hour_events
    FROM event_sums FINAL
    WHERE project = {project:String} AND (day, parts) IN ($of_days)
)
GROUP BY ALL
