INSERT INTO summed_days (source, day, parts, summed_at, lines)
SELECT {source:String}, day, parts, now64(3), lines
FROM
(
    $of_days
) AS done
LEFT ANY JOIN
(
    SELECT day, parts, mapFromArrays(groupArray(toString(list)), groupArray(found)) AS lines
    FROM
    (
        SELECT day, parts, $list AS list, count() AS found
        FROM $sums FINAL
        WHERE (day, parts) IN
        (
            $of_days
        )
        GROUP BY day, parts, list
    )
    GROUP BY day, parts
) AS there USING (day, parts)
