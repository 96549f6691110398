-- The different origins that touches of the range have: everything that the config's rules look at, as far as
-- they look at it.
SELECT
    $origin AS origin,
    $columns
FROM events
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  AND $touches
GROUP BY ALL
LIMIT {limit:UInt64}
