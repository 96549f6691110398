-- The models under which conversions of the range were attributed.
SELECT DISTINCT model
FROM attributions
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
LIMIT 100
