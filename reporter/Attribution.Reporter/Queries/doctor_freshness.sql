-- How new the project's data is: the newest event, the newest conversion that is attributed, and the newest
-- event of a type that ever was.
SELECT
    count() AS events,
    max(received_at) AS newest_received,
    (SELECT count() FROM attributions WHERE project = {project:String}) AS attributions,
    (SELECT max(conversion_time) FROM attributions WHERE project = {project:String}) AS newest_attributed,
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
WHERE project = {project:String}
