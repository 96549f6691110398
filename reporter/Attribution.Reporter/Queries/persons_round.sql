SELECT if(near = smallest, a, near) AS a, smallest AS b
FROM
(
    SELECT a, groupArray(b) AS nears, min(b) AS smallest
    FROM
    (
        SELECT near AS a, least(center, arrayMin(nears)) AS b
        FROM
        (
            SELECT edge.1 AS center, groupArray(edge.2) AS nears
            FROM
            (
                $edges
            )
            ARRAY JOIN [(a, b), (b, a)] AS edge
            GROUP BY center
        )
        ARRAY JOIN nears AS near
        WHERE near > center
    )
    GROUP BY a
)
ARRAY JOIN nears AS near
