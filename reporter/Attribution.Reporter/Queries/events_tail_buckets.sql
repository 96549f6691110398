-- What the newest stretch of sequences holds, bucket by bucket: a row that came, or a doubled one that a
-- merge took away, changes its bucket's line.
SELECT
    intDiv(sequence, {bucket_size:UInt64}) AS bucket,
    count() AS bucket_rows,
    sum(cityHash64(timestamp, event_id)) AS digest
FROM events
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')}
  AND sequence >= {floor:UInt64}
GROUP BY bucket
ORDER BY bucket
