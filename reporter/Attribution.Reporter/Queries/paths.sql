-- The most frequent journeys, with how long they took and what they were worth; before them one row of all
-- journeys together. Times are those of the shortest 10, 25, 50, 75, 90 and 99 % and of all, and of touches it is
-- how many journeys have how many. A journey without a touch has no time. Values are per currency and never
-- added over them. Journeys are counted by their steps as they are stored first; paths are made of these, which
-- are fewer. Places with $ are filled from Commands/Paths.
SELECT
    path,
    grouping(path) AS is_total,
    sum(journeys_of_steps) AS journeys,
    sumIf(journeys_of_steps, touch_count = 0) AS without_touches,
    quantilesExactInclusiveArrayIf(0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1)(spans, touch_count > 0) AS times,
    sumMapIf([touch_count], [journeys_of_steps], touch_count > 0) AS lengths,
    lengths.1 AS touch_counts,
    lengths.2 AS journeys_of_counts,
    sumMap([currency_code], [value]).1 AS currencies,
    sumMap([currency_code], [value]).2 AS value_per_currency
FROM
(
    SELECT
        $path AS path,
        touch_count,
        toString(currency) AS currency_code,
        journeys_of_steps,
        value,
        spans
    FROM
    (
        SELECT
            steps,
            touch_count,
            currency,
            count() AS journeys_of_steps,
            sum(revenue) AS value,
            groupArray(millis) AS spans
        FROM
        (
            $journeys
        )
        GROUP BY steps, touch_count, currency
    )
)
GROUP BY GROUPING SETS ((path), ())
ORDER BY is_total DESC, journeys DESC, path
LIMIT {limit:UInt64}
