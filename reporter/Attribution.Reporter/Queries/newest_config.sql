-- The config that came into use last.
SELECT hash, document
FROM configs
ORDER BY first_used DESC, hash
LIMIT 1
