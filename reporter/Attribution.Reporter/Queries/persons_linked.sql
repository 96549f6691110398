-- The ids that are linked to another, by hash, and for each the smallest hash among all that are linked to
-- it, directly or over others: that names the person. An id that is not here is a person of its own. All
-- links of the project count, whenever they were seen. Each round of persons_round.sql halves the ways
-- between ids; ways that were too long for the rounds end the query here, and it is asked again with more
-- of them.
SELECT edge.1 AS id, min(edge.2) AS person
FROM
(
    $edges
)
ARRAY JOIN [(a, b), (b, b)] AS edge
GROUP BY id
HAVING throwIf(min(edge.2) != max(edge.2), 'persons: more rounds are needed') = 0
