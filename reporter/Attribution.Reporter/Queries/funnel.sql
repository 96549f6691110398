-- How far persons come through ordered steps, and how long each step took. A person enters with an event of
-- the first step in the range; each further step is the next event of it that is later, to the millisecond,
-- within the window from the entry, also after the range's end. Strict: it is among the events of the very
-- next moment at which the person did anything that the filter lets through. Of all entries of a person the
-- one counts that leads furthest, and of those the earliest, so each person is in one segment. An event is
-- kept as its milliseconds and, in the low 16 bits, the steps it fulfils; behind the last stands an end, at
-- -1. Who only ever fulfils the first step needs no more than that entry.
SELECT
    $segment_column
    step,
    count() AS persons,
    quantileExactInclusiveIf(0.5)(chain[step] - chain[step - 1], step > 1) AS median_millis
FROM
(
    SELECT
        $segment
        arrayFirst(path -> length(path) = longest, entries) AS chain
    FROM
    (
        SELECT
            $segments
            entries,
            arrayMax(path -> length(path), entries) AS longest
        FROM
        (
            SELECT
                events,
                arrayMap(event -> toInt64(bitShiftRight($packed, 16)), events) AS moments,
                arrayPushBack(moments, toInt64(-1)) AS times,
                arrayPushBack(arrayMap(event -> toUInt16($packed), events), toUInt16(0)) AS masks,
                arrayMap(
                    (time, next) -> time != next,
                    times,
                    arrayPushBack(arrayPopFront(times), toInt64(-2))) AS is_last,
                arrayMap(time -> emptyArrayInt64(), times) AS chains_$after_last,
                $steps
                arrayMap(
                    path -> if(
                        notEmpty(path) AND path[1] < {to_millis:Int64},
                        arrayFilter(time -> time - path[1] <= {within:Int64}, path),
                        emptyArrayInt64()),
                    taken_1) AS entries
            FROM
            (
                SELECT
                    if(linked.id = 0, own.id, linked.person) AS person,
                    arraySort(groupArrayArray(own.events)) AS all_events,
                    if(
                        groupBitOr(own.steps) = 1,
                        [arrayFirst(event -> bitTest($packed, 0), all_events)],
                        all_events) AS events
                FROM
                (
                    WITH $mask AS mask
                    SELECT
                        $id AS id,
                        groupBitOr(mask) AS steps,
                        groupArray($event) AS events
                    FROM events FINAL
                    WHERE project = {project:String}
                      AND timestamp >= {from:DateTime64(3, 'UTC')}
                      AND timestamp < {until:DateTime64(3, 'UTC')}
                      AND $filter
                      AND ({strict:Bool} OR mask > 0)
                    GROUP BY id
                ) AS own
                LEFT ANY JOIN
                (
                    $linked
                ) AS linked ON linked.id = own.id
                GROUP BY person
                HAVING bitTest(groupBitOr(own.steps), 0)
            )
        )
    )
    WHERE longest > 0
)
ARRAY JOIN arrayEnumerate(chain) AS step
GROUP BY $group step
ORDER BY step
