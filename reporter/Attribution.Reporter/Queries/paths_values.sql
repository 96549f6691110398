-- What all journeys are worth, per currency.
SELECT currency, sum(revenue) AS value
FROM
(
    $journeys
)
GROUP BY currency
ORDER BY currency
