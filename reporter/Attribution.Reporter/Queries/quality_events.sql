-- What came in, by each of one or two fields and in all, in one pass over the events. Late is how much later
-- than it happened an event was received, in milliseconds, after the engine corrected the sender's clock; skew is
-- received_at - sent_at, which holds the way through the network too. Its quantiles, in seconds, are within 1 %
-- of the exact ones. Paid is a click or visit with a medium that GA4 takes for paid
-- (https://support.google.com/analytics/answer/9756891) or with an ad network's click id; untagged is one of
-- these without a campaign. The total and the 10,000 most frequent values of each field are what comes; key_set
-- is the field's number, or one more for the total. Events are counted by all fields together first, which are
-- few; lists and total are added up from these. Places with $ are filled from Commands/Quality/QualityCommand.cs.
SELECT
    $names,
    $set AS key_set,
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
        $keys
        count() AS events_of_keys,
        countIf(late > 60000) AS late_minute_of_keys,
        countIf(late > 3600000) AS late_hour_of_keys,
        countIf(late > 86400000) AS late_day_of_keys,
        countIf(late > 604800000) AS late_week_of_keys,
        countIf(is_paid) AS paid_of_keys,
        countIf(is_paid AND campaign = '') AS untagged_of_keys,
        countIf(isNull(sent_at)) AS unsent_of_keys,
        countIf(skew < -60000) AS ahead_of_keys,
        countIf(skew > 60000) AS behind_of_keys,
        quantilesDDStateIf(0.01, 0.01, 0.5, 0.99)(ifNull(skew, 0) / 1000, isNotNull(sent_at)) AS skews_of_keys
    FROM
    (
        SELECT
            *,
            toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(timestamp) AS late,
            toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(sent_at) AS skew,
            type IN ('click', 'visit')
                AND (click_id != '' OR match(lower(medium), '^(.*cp.*|ppc|retargeting|paid.*)$')) AS is_paid
        FROM events FINAL
        WHERE project = {project:String}
          AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
          AND $filter
    )
    GROUP BY $names
)
GROUP BY GROUPING SETS ($sets, ())
ORDER BY key_set DESC, events DESC, $names
LIMIT 10000 BY key_set
