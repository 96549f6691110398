-- Conversions since the day began, and what each channel earned of them under one model. A conversion counts
-- once per channel, and once in the total.
SELECT
    channel,
    grouping(channel) AS is_total,
    uniqExact(conversion_time, conversion_id) AS conversions,
    sum(credit) AS credit_millionths
FROM attributions FINAL
ARRAY JOIN channels AS channel, credits AS credit
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND model = {model:String}
GROUP BY GROUPING SETS ((channel), ())
ORDER BY is_total DESC, credit_millionths DESC, channel
LIMIT 101
