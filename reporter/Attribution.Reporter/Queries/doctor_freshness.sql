-- How new the project's data is: the newest event, the newest conversion that is attributed, and the newest
-- event of a type that ever was.
SELECT
    count() AS events,
    max(received_at) AS newest_received,
    (SELECT count() FROM attributions WHERE project = {project:String}) AS attributions,
    (SELECT max(conversion_time) FROM attributions WHERE project = {project:String}) AS newest_attributed,
    maxIf(
        timestamp,
        type IN (SELECT DISTINCT conversion_type FROM attributions WHERE project = {project:String})
    ) AS newest_converting
FROM events
WHERE project = {project:String}
