-- Where a conversion's rows are: its project, time and configs; the config that wrote last comes first, and
-- of several that rest on the same events the one that came into use last. A project of '' is any.
SELECT project, conversion_time, config, name, newest
FROM
(
    SELECT project, conversion_time, config, max(version) AS newest
    FROM attributions
    WHERE conversion_id = {id:String}
      AND ({project:String} = '' OR project = {project:String})
      AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
    GROUP BY project, conversion_time, config
) AS found
LEFT JOIN
(
    SELECT hash, argMin(name, configs.first_used) AS name, min(configs.first_used) AS first_used
    FROM configs
    GROUP BY hash
) AS known ON known.hash = found.config
ORDER BY conversion_time DESC, newest DESC, first_used DESC, config, project
LIMIT 100
