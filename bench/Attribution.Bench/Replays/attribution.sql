-- The six models of the web profile as one statement over the events, written to a table: what a team with
-- ClickHouse and no attribution engine would run. It has the easier task: a person is the strongest id of an
-- event (no identity graph, so journeys end at a login), channels are a short list of rules over medium and
-- source, credits are floating point, and there is no evidence.
INSERT INTO sql_attributions
WITH
    toIntervalDay(30) AS window,
    type IN ('click', 'impression', 'visit', 'open') AS is_touch,
    type IN ('install', 'purchase', 'signup', 'subscribe') AS is_conversion,
    multiIf(
        medium IN ('cpc', 'ppc', 'paid') AND source IN ('google', 'bing'), 'Paid Search',
        medium IN ('cpc', 'paid_social', 'paid') AND source IN ('facebook', 'instagram', 'tiktok'), 'Paid Social',
        medium IN ('display', 'banner', 'cpm'), 'Display',
        medium = 'email', 'Email',
        medium = 'affiliate', 'Affiliates',
        medium = 'organic', 'Organic Search',
        medium = 'referral' OR (medium = '' AND referrer != ''), 'Referral',
        source = '' AND medium = '', 'Direct',
        'Unassigned') AS channel
SELECT
    project,
    converted.2 AS conversion_id,
    converted.3 AS conversion_type,
    converted.1 AS conversion_time,
    model,
    person,
    converted.4 AS revenue,
    converted.5 AS currency,
    eligible.2 AS touch_ids,
    eligible.1 AS touch_times,
    eligible.3 AS touch_types,
    eligible.4 AS channels,
    eligible.5 AS sources,
    eligible.6 AS mediums,
    eligible.7 AS campaigns,
    arrayMap(w -> w / total, weights) AS credits,
    arrayMap(w -> toFloat64(converted.4) * w / total, weights) AS credit_values
FROM
(
    SELECT
        project,
        person,
        converted,
        arrayFilter(t -> t.1 <= converted.1 AND t.1 >= converted.1 - window, touches) AS eligible,
        length(eligible) AS n,
        arrayEnumerate(eligible) AS positions,
        arrayLastIndex(t -> t.4 != 'Direct', eligible) AS last_other,
        model,
        multiIf(
            model = 'first', arrayMap(i -> toFloat64(i = 1), positions),
            model = 'last', arrayMap(i -> toFloat64(i = n), positions),
            model = 'last_non_direct',
            arrayMap(i -> toFloat64(i = if(last_other = 0, n, last_other)), positions),
            model = 'linear', arrayMap(i -> 1., positions),
            model = 'time_decay',
            arrayMap(
                t -> exp2(-(toUnixTimestamp64Milli(converted.1) - toUnixTimestamp64Milli(t.1)) / 604800000),
                eligible),
            arrayMap(
                i -> multiIf(n <= 2, 1 / n, i = 1 OR i = n, 0.4, 0.2 / (n - 2)), positions)) AS weights,
        arraySum(weights) AS total
    FROM
    (
        SELECT
            project,
            if(user_id != '', user_id, if(device_id != '', device_id, anonymous_id)) AS person,
            arraySort(groupArrayIf(
                (timestamp, event_id, toString(type), channel, toString(source), toString(medium),
                 toString(campaign)), is_touch)) AS touches,
            groupArrayIf(
                (timestamp, event_id, toString(type), ifNull(revenue, 0), toString(currency)),
                is_conversion) AS conversions
        FROM events
        WHERE project = 'default' AND (is_touch OR is_conversion)
        GROUP BY project, person
        HAVING notEmpty(conversions)
    )
    ARRAY JOIN
        conversions AS converted
    ARRAY JOIN
        ['first', 'last', 'last_non_direct', 'linear', 'time_decay', 'position_based'] AS model
)
