-- Stored configs whose hash begins as asked.
SELECT hash, any(document) AS document
FROM configs
WHERE startsWith(hash, {hash:String})
GROUP BY hash
ORDER BY hash
LIMIT 20
