-- The six models' rows of the conversions among events {first} to {first} + {count}: up to five touches, each
-- an event of the thirty days before, with the texts that fill_events.sql gives it. Two conversions in seven
-- were touched by nobody. {version} sets a row apart from one it replaces.
INSERT INTO attributions
    (project, conversion_id, conversion_type, conversion_time, model, config, version, person, user_id,
     revenue, currency, touches, touch_times, touch_types, channels, sources, mediums, campaigns, credits,
     credit_values, evidence, block)
WITH
    28 * number AS n,
    cityHash64(n) AS h,
    toUInt64({persons:UInt64} * (n / {events:UInt64} * 2 + 1 - h % 1000003 / 1000003) / 3) AS person,
    arraySort(arrayMap(
        each -> greatest(n, 1 + cityHash64(h, each) % intDiv({events:UInt64}, 3))
            - cityHash64(h, each) % intDiv({events:UInt64}, 3),
        range((h + {version:UInt64}) % 7 % 6))) AS before,
    arrayMap(each -> toUInt64(each - (each % 28 = 0) + 2 * (each = 0)), before) AS all_touched,
    length(all_touched) AS many,
    multiIf(
        many = 0, [toUInt64(0)],
        model = 'first', [all_touched[1]],
        model IN ('last', 'last_non_direct'), [all_touched[many]],
        all_touched) AS touched,
    length(touched) AS shares,
    arrayMap(each -> cityHash64(cityHash64(each), 1) % 32, touched) AS origins,
    ['google', 'google', 'google', 'google', 'google', 'google', 'bing', 'facebook', 'facebook', 'instagram',
     'tiktok', 'newsletter', 'newsletter', 'adnet', 'adnet', 'partner', 'bing', 'blog', 'news', 'forum']
        AS all_sources,
    ['cpc', 'cpc', 'cpc', 'organic', 'organic', 'organic', 'cpc', 'paid_social', 'paid_social', 'paid_social',
     'paid_social', 'email', 'email', 'display', 'display', 'affiliate', 'organic', 'referral', 'referral',
     'referral'] AS all_mediums,
    arrayMap(each -> if(many = 0, '', all_mediums[1 + each]), origins) AS mediums_of,
    if(h % 4 < 2, toDecimal64(100 + cityHash64(h, 6) % 40000, 4) / 100, toDecimal64(0, 4)) AS money,
    arrayMap(
        each -> toUInt32(intDiv(1000000, shares) + if(each = 1, 1000000 % shares, 0)),
        arrayEnumerate(touched)) AS parts,
    arrayMap(each -> toDecimal64(intDiv(toInt64(money * 100), shares), 4) / 100, touched) AS values_of,
    toDateTime64({from:DateTime64(3, 'UTC')}, 3, 'UTC') AS zero
SELECT
    'default',
    lower(hex(cityHash64(n, 7))),
    ['purchase', 'purchase', 'signup', 'subscribe'][1 + h % 4],
    zero + toIntervalMillisecond(intDiv(n * {span:UInt64}, {events:UInt64})),
    model,
    {config:String},
    n + {version:UInt64},
    cityHash64(person),
    if(person % 3 = 0, concat('user-', toString(person)), ''),
    money,
    if(h % 4 < 2, ['EUR', 'EUR', 'USD'][1 + person % 3], ''),
    arrayMap(each -> if(many = 0, '', lower(hex(cityHash64(each, 7)))), touched),
    arrayMap(
        each -> if(many = 0, toDateTime64(0, 3, 'UTC'),
            zero + toIntervalMillisecond(intDiv(each * {span:UInt64}, {events:UInt64}))),
        touched),
    arrayMap(
        each -> if(many = 0, '', ['click', 'click', 'visit', 'visit', 'visit', 'visit', 'impression', 'open']
            [1 + cityHash64(each) % 8]),
        touched),
    if(many = 0, ['Unattributed'], arrayMap(
        (medium, origin) -> transform(
            medium,
            ['cpc', 'organic', 'paid_social', 'email', 'display', 'affiliate', 'referral'],
            ['Paid Search', 'Organic Search', 'Paid Social', 'Email', 'Display', 'Affiliates', 'Referral'],
            'Direct'),
        mediums_of, origins)),
    arrayMap(each -> if(many = 0, '', all_sources[1 + each]), origins),
    mediums_of,
    arrayMap(
        (each, medium) -> if(medium IN ('', 'organic', 'referral'), '',
            concat('campaign-', toString(cityHash64(cityHash64(each), 2) % 60))),
        touched, mediums_of),
    parts,
    arrayMap(
        (each, place) -> if(place = 1, money - (shares - 1) * each, each),
        values_of, arrayEnumerate(values_of)),
    concat('{"considered":', toString(many), ',"truncated":', if(h % 500 = 0, 'true', 'false'),
        ',"rejected":[{"touch":"', lower(hex(cityHash64(n, 9))),
        '","rule":"outside_window","found":785464000,"limit":604800000,"setting":"windows.click"}]}'),
    cityHash64(intDiv(n, 100000), 1)
FROM numbers({first:UInt64}, {count:UInt64})
ARRAY JOIN ['first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay'] AS model
WHERE number % {every:UInt64} = 0
