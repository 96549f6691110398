SELECT
    length(events) AS touch_count,
    arrayMap(event -> event.3, events) AS steps,
    toUnixTimestamp64Milli(events[-1].1) - toUnixTimestamp64Milli(events[1].1) AS millis,
    toDecimal64(0, 4) AS revenue,
    '' AS currency
FROM
(
    SELECT
        if(linked.id = 0, own.id, linked.person) AS person,
        arraySort(groupArrayArray(own.events)) AS events
    FROM
    (
        WITH transform(
            $origin,
            $origins,
            $meanings,
            toUInt32(0)) AS meaning
        SELECT
            $id AS id,
            countIf($converts) AS conversions,
            groupArrayIf((timestamp, event_id, meaning), meaning > 0 AND $filter) AS events
        FROM events FINAL
        WHERE project = {project:String}
          AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
          AND ($converts OR $touches)
        GROUP BY id
    ) AS own
    LEFT ANY JOIN
    (
        $linked
    ) AS linked ON linked.id = own.id
    GROUP BY person
    HAVING sum(own.conversions) = 0 AND notEmpty(events)
)
