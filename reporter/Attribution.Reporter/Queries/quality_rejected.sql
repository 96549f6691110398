-- What the engine could not take, by reason, with the beginning of the newest of each. A dead letter has no
-- time of its own, so the range is that of its arrival.
SELECT
    reason,
    count() AS events,
    argMax(substringUTF8(body, 1, 200), (received_at, sequence)) AS sample
FROM dead_letters FINAL
WHERE project = {project:String}
  AND received_at >= {from:DateTime64(3, 'UTC')} AND received_at < {to:DateTime64(3, 'UTC')}
GROUP BY reason
ORDER BY events DESC, reason
