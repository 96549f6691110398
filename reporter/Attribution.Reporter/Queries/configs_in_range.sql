-- The configs that attributed conversions in the range; the one that wrote last comes first, and of several
-- that rest on the same events, as after a replay, the one that came into use last.
SELECT config
FROM
(
    SELECT config, max(version) AS newest
    FROM attributions
    WHERE project = {project:String}
      AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
    GROUP BY config
) AS used
LEFT JOIN
(
    SELECT hash, min(configs.first_used) AS first_used
    FROM configs
    GROUP BY hash
) AS known ON known.hash = used.config
ORDER BY newest DESC, first_used DESC, config
LIMIT 20
