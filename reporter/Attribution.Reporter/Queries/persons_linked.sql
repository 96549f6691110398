-- The ids that are linked to another, by hash, and for each the hash that names the person: one of its ids. An
-- id that is not here is a person of its own, or names one. All links of the project count, whenever they were
-- seen. Nearly all links hang one weaker id, of a browser or a device, on one user, who then names the person.
-- The rest are knots: all links of a weaker id with several stronger ones, and those over which links could lead
-- on (persons_knots.sql). Among these the smallest hash of all that are linked, directly or over others, is the
-- name. Each round of persons_round.sql halves the ways between the ids of a knot; ways that were too long for
-- the rounds end the query here, and it is asked again with more of them.
SELECT each.1 AS id, each.2 AS person
FROM
(
    SELECT weak, min(strong) AS strong
    FROM
    (
        $links
    )
    GROUP BY weak
) AS hung
FULL JOIN
(
    SELECT edge.1 AS id, min(edge.2) AS person
    FROM
    (
        $edges
    )
    ARRAY JOIN [(a, b), (b, b)] AS edge
    GROUP BY id
    HAVING throwIf(min(edge.2) != max(edge.2), 'persons: more rounds are needed') = 0
) AS knot ON knot.id = hung.strong
ARRAY JOIN multiIf(
    knot.id = 0, [(hung.weak, hung.strong)],
    hung.weak = 0, [(knot.id, knot.person)],
    [(hung.weak, knot.person), (knot.id, knot.person)]) AS each
WHERE id != person
