-- What came in, by each of one or two fields and in all, in one pass over the events. Late is how much later than it happened
-- an event was received, after the engine corrected the sender's clock; skew is received_at - sent_at, which
-- holds the way through the network too. Its quantiles are within 1 % of the exact ones. Paid is a click or
-- visit with a medium that GA4 takes for paid (https://support.google.com/analytics/answer/9756891) or with
-- an ad network's click id; untagged is one of these without a campaign. The total and the 10,000 most
-- frequent values of each field are what comes; key_set is the field's number, or one more for the total.
-- Places with $ are filled from Commands/Quality/QualityCommand.cs.
SELECT
    $keys
    $set AS key_set,
    count() AS events,
    countIf(late > 60) AS late_minute,
    countIf(late > 3600) AS late_hour,
    countIf(late > 86400) AS late_day,
    countIf(late > 604800) AS late_week,
    countIf(is_paid) AS paid,
    countIf(is_paid AND campaign = '') AS untagged,
    countIf(isNull(sent_at)) AS unsent,
    countIf(skew < -60) AS ahead,
    countIf(skew > 60) AS behind,
    quantilesDDIf(0.01, 0.01, 0.5, 0.99)(ifNull(skew, 0), isNotNull(sent_at)) AS skews
FROM
(
    SELECT
        *,
        (toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(timestamp)) / 1000 AS late,
        (toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(sent_at)) / 1000 AS skew,
        type IN ('click', 'visit')
            AND (click_id != '' OR match(lower(medium), '^(.*cp.*|ppc|retargeting|paid.*)$')) AS is_paid
    FROM events FINAL
    WHERE project = {project:String}
      AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
      AND $filter
)
GROUP BY GROUPING SETS ($sets, ())
ORDER BY key_set DESC, events DESC, $names
LIMIT 10000 BY key_set
