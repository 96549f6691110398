-- Rows that are stored more than once and that no merge has taken away yet; every report counts them once.
SELECT
    (
        SELECT count()
        FROM events
        WHERE project = {project:String}
          AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
    ) AS stored,
    (
        SELECT count()
        FROM events FINAL
        WHERE project = {project:String}
          AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
    ) AS events
