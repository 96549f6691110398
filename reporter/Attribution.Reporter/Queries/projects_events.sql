-- Which projects have events, and from when to when.
SELECT project, min(timestamp) AS oldest, max(timestamp) AS newest
FROM events
GROUP BY project
ORDER BY project
LIMIT 1000
