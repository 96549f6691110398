-- How many events came in each step of the last minutes, each once, and when the newest came. Only those that
-- happened within the last hour count, so that nothing older is read; {now} is the reporter's clock.
SELECT
    intDiv(
        toUnixTimestamp64Milli({now:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(received_at),
        {step:Int64})
        AS steps_ago,
    count() AS events,
    max(received_at) AS newest
FROM events FINAL
WHERE project = {project:String}
  AND timestamp > {now:DateTime64(3, 'UTC')} - INTERVAL 1 HOUR
  AND received_at <= {now:DateTime64(3, 'UTC')}
GROUP BY steps_ago
ORDER BY steps_ago
