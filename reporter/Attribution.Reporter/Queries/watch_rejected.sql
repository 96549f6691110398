-- What the engine could not take in the last hour, by reason.
SELECT reason, count() AS events
FROM dead_letters FINAL
WHERE project = {project:String}
  AND received_at > {now:DateTime64(3, 'UTC')} - INTERVAL 1 HOUR AND received_at <= {now:DateTime64(3, 'UTC')}
GROUP BY reason
ORDER BY events DESC, reason
LIMIT 20
