SELECT
    count(),
    countIf(received_at > timestamp + 60),
    countIf(received_at > timestamp + 3600),
    countIf(received_at > timestamp + 86400),
    countIf(type IN ('click', 'visit') AND medium = 'cpc'),
    countIf(type IN ('click', 'visit') AND medium = 'cpc' AND campaign = ''),
    countIf(isNull(sent_at)),
    quantiles(0.01, 0.5, 0.99)(toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(sent_at))
FROM events FINAL
WHERE project = 'default'
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
