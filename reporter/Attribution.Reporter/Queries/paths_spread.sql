-- How many journeys there are, and how long and how many touches the shortest 10, 25, 50, 75, 90 and 99 % and
-- all of them have. A journey without a touch has no time. Between two whole numbers a percentile has two
-- decimals at most: what comes after them is the noise of binary fractions.
SELECT
    count() AS journeys,
    countIf(touch_count = 0) AS without_touches,
    arrayMap(
        time -> round(time, 2),
        quantilesExactInclusiveIf(0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1)(millis, touch_count > 0)) AS times,
    arrayMap(
        length -> round(length, 2),
        quantilesExactInclusiveIf(0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1)(touch_count, touch_count > 0)) AS lengths
FROM
(
    $journeys
)
