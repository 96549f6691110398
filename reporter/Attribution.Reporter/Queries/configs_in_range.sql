-- The configs that attributed conversions in the range; the one that wrote last comes first.
SELECT config
FROM attributions
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
GROUP BY config
ORDER BY max(version) DESC, config
LIMIT 20
