-- The newest sequence: where following begins. 0 where there is no event.
SELECT max(sequence) AS newest
FROM events
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')}
