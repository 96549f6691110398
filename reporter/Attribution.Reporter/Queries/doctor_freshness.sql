-- How new the project's data is: the newest event, the newest conversion that is attributed, and the newest
-- event of a type that ever was. Events lie by when they happened: nearly always the newest arrival is among the
-- newest of them, and what came later still is found by the range of arrivals that is kept with each granule.
WITH
    (
        SELECT max(received_at)
        FROM
        (
            SELECT received_at
            FROM events
            WHERE project = {project:String}
            ORDER BY project DESC, timestamp DESC
            LIMIT 1000
        )
    ) AS among_newest
SELECT
    count() AS events_since,
    max(received_at) AS newest_received,
    (SELECT count() FROM (SELECT 1 FROM attributions WHERE project = {project:String} LIMIT 1)) AS attributions,
    (
        SELECT ifNull(max(newest.conversion_time), toDateTime64(0, 3, 'UTC'))
        FROM
        (
            SELECT conversion_time
            FROM attributions
            WHERE project = {project:String}
            ORDER BY project DESC, attributions.conversion_time DESC
            LIMIT 1
        ) AS newest
    ) AS newest_attributed,
    (
        SELECT ifNull(max(newest.timestamp), toDateTime64(0, 3, 'UTC'))
        FROM
        (
            SELECT timestamp
            FROM events
            WHERE project = {project:String}
              AND type IN (SELECT DISTINCT conversion_type FROM attributions WHERE project = {project:String})
            ORDER BY project DESC, events.timestamp DESC
            LIMIT 1
        ) AS newest
    ) AS newest_converting
FROM events
WHERE project = {project:String} AND received_at >= among_newest
