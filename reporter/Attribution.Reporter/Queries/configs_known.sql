-- Every config that was ever used and whose hash begins as asked.
SELECT DISTINCT hash
FROM configs
WHERE startsWith(hash, {hash:String})
ORDER BY hash
LIMIT 20
