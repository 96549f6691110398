LEFT ANY JOIN
(
    SELECT
        $fields
        project AS event_project,
        timestamp AS event_time,
        event_id AS event
    FROM events
    WHERE timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND type IN
      (
          SELECT DISTINCT conversion_type
          FROM attributions
          WHERE conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
      )
) AS conversion_event
ON conversion_event.event_project = credited.project AND conversion_event.event_time = credited.conversion_time
   AND conversion_event.event = credited.conversion_id
