-- Who was touched by nobody has one touch without a type.
SELECT
    if(touch_types[1] = '', 0, length(touch_types)) AS touch_count,
    $steps AS steps,
    if(touch_count = 0, 0,
        toUnixTimestamp64Milli(conversion_time) - toUnixTimestamp64Milli(arrayMin(touch_times))) AS millis,
    revenue,
    currency
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND config = {config:String}
  AND model = {model:String}
  $filter
