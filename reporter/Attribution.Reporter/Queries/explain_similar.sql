-- Conversions of the project whose id begins with the text.
SELECT DISTINCT conversion_id
FROM attributions
WHERE project = {project:String} AND startsWith(conversion_id, {id:String})
ORDER BY conversion_id
LIMIT 4
