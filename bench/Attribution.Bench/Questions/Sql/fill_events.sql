-- Events number {first} to {first} + {count}, in order of time. Every person does something for half of the
-- span, about 30 times, and one event in 28 converts. Everything of an event follows from its number, so that
-- the attributions can name it. Places are typed parameters of Questions/WorldFill.cs.
INSERT INTO events
    (project, event_id, type, timestamp, received_at, sent_at, user_id, anonymous_id, device_id, source,
     medium, campaign, content, click_id, click_id_type, url, referrer, ip, user_agent, country, revenue,
     currency, properties, sequence, block)
WITH
    number AS n,
    cityHash64(n) AS h,
    n % 28 = 0 AS converts,
    cityHash64(h, 1) % 32 AS origin,
    toUInt64({persons:UInt64} * (n / {events:UInt64} * 2 + 1 - h % 1000003 / 1000003) / 3) AS person,
    transform(origin, range(20),
        ['google', 'google', 'google', 'google', 'google', 'google', 'bing', 'facebook', 'facebook',
         'instagram', 'tiktok', 'newsletter', 'newsletter', 'adnet', 'adnet', 'partner', 'bing', 'blog',
         'news', 'forum'],
        '') AS source,
    transform(origin, range(20),
        ['cpc', 'cpc', 'cpc', 'organic', 'organic', 'organic', 'cpc', 'paid_social', 'paid_social',
         'paid_social', 'paid_social', 'email', 'email', 'display', 'display', 'affiliate', 'organic',
         'referral', 'referral', 'referral'],
        '') AS medium,
    toDateTime64({from:DateTime64(3, 'UTC')}, 3, 'UTC')
        + toIntervalMillisecond(intDiv(n * {span:UInt64}, {events:UInt64})) AS time
SELECT
    'default',
    lower(hex(cityHash64(n, 7))),
    if(converts, ['purchase', 'purchase', 'signup', 'subscribe'][1 + h % 4],
        ['click', 'click', 'visit', 'visit', 'visit', 'visit', 'impression', 'open'][1 + h % 8]),
    time,
    time + toIntervalMillisecond(if(h % 97 = 0, h % 90000000, h % 400)),
    if(h % 5 = 0, NULL, time + toIntervalMillisecond(h % 60)),
    if(person % 3 = 0 AND (converts OR h % 4 = 0), concat('user-', toString(person)), ''),
    if(person % 4 = 0, '', concat('a-', lower(hex(cityHash64(person, 2))))),
    if(person % 4 = 0, concat('d-', lower(hex(cityHash64(person, 3)))), ''),
    source,
    medium,
    if(medium IN ('', 'organic', 'referral'), '', concat('campaign-', toString(cityHash64(h, 2) % 60))),
    if(medium = 'cpc', concat('ad-', toString(cityHash64(h, 3) % 500)), ''),
    if(medium = 'cpc' AND h % 3 = 0, lower(hex(cityHash64(h, 4))), ''),
    if(medium = 'cpc' AND h % 3 = 0, 'gclid', ''),
    concat('https://shop.example/product/', toString(cityHash64(h, 5) % 20000)),
    if(medium IN ('organic', 'referral'), concat('https://', source, '.example/'), ''),
    IPv4ToIPv6(toIPv4(toUInt32(cityHash64(person, 4)))),
    concat('Mozilla/5.0 (device ', toString(cityHash64(person, 5) % 300), ')'),
    ['DE', 'DE', 'AT', 'FR', 'FR', 'US', 'US', 'US', 'GB', 'ES', 'IT', ''][1 + cityHash64(person, 6) % 12],
    if(converts AND h % 4 < 2, toDecimal64(100 + cityHash64(h, 6) % 40000, 4) / 100, NULL),
    if(converts AND h % 4 < 2, ['EUR', 'EUR', 'USD'][1 + person % 3], ''),
    if(h % 3 = 0, concat('{"plan":"', ['free', 'pro'][1 + h % 2], '","level":', toString(h % 9), '}'), ''),
    n + 1,
    cityHash64(intDiv(n, 100000))
FROM numbers({first:UInt64}, {count:UInt64})
WHERE n % {every:UInt64} = 0
