-- Cohorts of persons by the period in which the first event came that makes a person one of them, and what
-- they did in each period from then on: index 0 is the cohort's own period, counted whole, and index -1
-- says how many persons the cohort has. The first event is sought from the beginning of time, so nobody
-- begins twice. What is counted is gathered as (period, currency, amount); a person is in a period once.
-- Events are read as they lie where they are only looked for, and through FINAL where they are added up.
-- Places with $ are filled from Commands/Cohorts.
SELECT
    cohort,
    fact.1 AS period_index,
    fact.2 AS currency,
    count() AS facts,
    sum(fact.3) AS amount
FROM
(
    SELECT
        $cohort AS cohort,
        arrayPushFront(
            arrayMap(
                each -> (toInt32($index), each.2, each.3),
                arrayFilter(each -> each.1 >= cohort, all_facts)),
            (toInt32(-1), '', toDecimal64(0, 4))) AS of_person
    FROM
    (
        SELECT
            if(linked.id = 0, own.id, linked.person) AS person,
            min(own.first) AS began,
            $merged AS all_facts
        FROM
        (
            SELECT
                $id AS id,
                minOrNullIf(timestamp, $begins) AS first,
                $facts AS facts
            FROM events $final
            WHERE project = {project:String}
              AND timestamp < {to:DateTime64(3, 'UTC')}
              AND (timestamp >= {begin:DateTime64(3, 'UTC')} OR $begins)
            GROUP BY id
        ) AS own
        LEFT ANY JOIN
        (
            $linked
        ) AS linked ON linked.id = own.id
        GROUP BY person
    )
    WHERE began >= {begin:DateTime64(3, 'UTC')}
)
ARRAY JOIN of_person AS fact
GROUP BY cohort, period_index, currency
ORDER BY cohort, period_index, currency
