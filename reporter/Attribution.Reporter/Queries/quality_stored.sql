-- Rows that are stored, of one event more than one where no merge has taken the others away yet.
SELECT count() AS stored
FROM events
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
