-- What came in, by each of one or two fields and in all, in one pass over the events. Late is how much later
-- than it happened an event was received, in milliseconds, after the engine corrected the sender's clock; skew is
-- received_at - sent_at, which holds the way through the network too. Its quantiles, in seconds, are within 1 %
-- of the exact ones. Paid is a click or visit with a medium that GA4 takes for paid
-- (https://support.google.com/analytics/answer/9756891) or with an ad network's click id; untagged is one of
-- these without a campaign. The total and the 10,000 most frequent values of each field are what comes; key_set
-- is the field's number, or one more for the total. Events are counted by all fields together first, which are
-- few; lists and total are added up from these and from what is stored of whole days. Places with $ are filled
-- from Commands/Quality/ArrivalQuestion.cs.
SELECT
    list.1 AS key_set,
    list.2 AS key,
    sum(events_of_keys) AS events,
    sum(late_minute_of_keys) AS late_minute,
    sum(late_hour_of_keys) AS late_hour,
    sum(late_day_of_keys) AS late_day,
    sum(late_week_of_keys) AS late_week,
    sum(paid_of_keys) AS paid,
    sum(untagged_of_keys) AS untagged,
    sum(unsent_of_keys) AS unsent,
    sum(ahead_of_keys) AS ahead,
    sum(behind_of_keys) AS behind,
    quantilesDDMerge(0.01, 0.01, 0.5, 0.99)(skews_of_keys) AS skews
FROM
(
    SELECT
        [$lists] AS lists,
        $counts
    FROM
    (
        SELECT *, $keys
        FROM
        (
            $arrived
            WHERE project = {project:String}
              AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
              $filter
        )
    )
    GROUP BY $names
    $stored
)
ARRAY JOIN lists AS list
GROUP BY key_set, key
ORDER BY key_set DESC, events DESC, key
LIMIT 10000 BY key_set
