-- What an id that no conversion has is the id of, in any project.
SELECT project, timestamp, type
FROM events
WHERE event_id = {id:String}
ORDER BY project = {project:String} DESC, timestamp DESC
LIMIT 1
