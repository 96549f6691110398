-- The configs that attributed conversions in the range. Where it is one only, which is nearly always so, nobody
-- needs to know when it wrote last.
SELECT DISTINCT config
FROM attributions
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
LIMIT 2
