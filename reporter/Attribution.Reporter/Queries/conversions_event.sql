(conversion_time, conversion_id) IN
(
    SELECT timestamp, event_id
    FROM events FINAL
    WHERE project = {project:String}
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND type IN
      (
          SELECT DISTINCT conversion_type
          FROM attributions
          WHERE project = {project:String}
            AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
            AND ({config:String} = '' OR config = {config:String})
      )
      AND $condition
)
