LEFT ANY JOIN
(
    SELECT
        $fields
        timestamp AS event_time,
        event_id AS event
    FROM events
    WHERE project = {project:String}
      AND (timestamp, event_id) IN
      (
          SELECT arrayJoin(arrayZip(touch_times, touches))
          FROM attributions
          WHERE project = {project:String}
            AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
            AND config = {config:String}
            AND ({model:String} = '' OR model = {model:String})
      )
) AS touch_event
ON touch_event.event_time = credited.touch_time AND touch_event.event = credited.touch
