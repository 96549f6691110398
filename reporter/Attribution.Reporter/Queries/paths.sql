-- The most frequent journeys, with how long they took and what they were worth. Values are per currency and
-- never added over them. Places with $ are filled from Commands/Paths.
SELECT
    path,
    sum(journeys_in_currency) AS journeys,
    quantileExactInclusiveMerge(0.5)(spans) AS median_millis,
    groupArray(currency) AS currencies,
    groupArray(value) AS value_per_currency
FROM
(
    SELECT
        path,
        currency,
        count() AS journeys_in_currency,
        sum(revenue) AS value,
        quantileExactInclusiveState(0.5)(millis) AS spans
    FROM
    (
        $journeys
    )
    GROUP BY path, currency
)
GROUP BY path
ORDER BY journeys DESC, path
LIMIT {limit:UInt64}
