-- Every config that was ever used, the newest first, and how many conversions of the range it attributed. A
-- conversion has one row per model, so the model with the most rows has one for each.
SELECT
    if(known.hash = '', used.config, known.hash) AS hash,
    name,
    known.hash != '' AS is_stored,
    first_used,
    conversions
FROM
(
    SELECT hash, argMin(name, configs.first_used) AS name, min(configs.first_used) AS first_used
    FROM configs
    GROUP BY hash
) AS known
FULL OUTER JOIN
(
    SELECT config, max(rows) AS conversions
    FROM
    (
        SELECT config, model, count() AS rows
        FROM attributions FINAL
        WHERE project = {project:String}
          AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
        GROUP BY config, model
    )
    GROUP BY config
) AS used ON used.config = known.hash
ORDER BY first_used DESC, hash
LIMIT {limit:UInt64}
