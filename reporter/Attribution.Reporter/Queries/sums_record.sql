INSERT INTO summed_days (source, day, parts, summed_at)
SELECT {source:String}, day, parts, now64(3)
FROM
(
    $of_days
)
