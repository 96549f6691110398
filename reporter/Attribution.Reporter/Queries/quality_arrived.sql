SELECT
    *,
    toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(timestamp) AS late,
    toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(sent_at) AS skew,
    type IN ('click', 'visit')
        AND (click_id != '' OR match(lower(medium), '^(.*cp.*|ppc|retargeting|paid.*)$')) AS is_paid
FROM events FINAL
