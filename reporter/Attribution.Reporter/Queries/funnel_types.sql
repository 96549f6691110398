-- Which types of events there are and how many of each, for the steps of a funnel that nobody named.
SELECT toString(type) AS type, count() AS events, countIf(revenue > 0) AS paid
FROM events FINAL
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
GROUP BY type
ORDER BY events DESC, type
