LEFT ANY JOIN
(
    SELECT
        $fields
        timestamp AS event_time,
        event_id AS event
    FROM events
    WHERE project = {project:String}
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND type IN
      (
          SELECT DISTINCT conversion_type
          FROM attributions
          WHERE project = {project:String}
            AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
            AND config = {config:String}
      )
) AS conversion_event
ON conversion_event.event_time = credited.conversion_time AND conversion_event.event = credited.conversion_id
