-- The document of a fitted table, by its whole hash.
SELECT any(document) AS document
FROM fits
WHERE hash = {hash:String}
GROUP BY hash
