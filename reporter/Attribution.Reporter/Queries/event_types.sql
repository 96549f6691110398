-- The types of a project's events at any time, the most frequent first. Rows that were replaced count too:
-- to leave them out, each key would have to be read.
SELECT toString(type) AS type
FROM events
WHERE project = {project:String}
GROUP BY type
ORDER BY count() DESC, type
LIMIT 10000
