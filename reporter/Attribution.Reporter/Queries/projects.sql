-- Which projects have conversions, and from when to when.
SELECT project, min(conversion_time) AS oldest, max(conversion_time) AS newest
FROM attributions
GROUP BY project
ORDER BY project
LIMIT 1000
