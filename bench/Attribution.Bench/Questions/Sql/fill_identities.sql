-- A third of the persons is known by a user's id and by that of a browser or a device.
INSERT INTO identities
    (project, id_kind, id, other_kind, other_id, linked_at, event_id, sequence, block)
SELECT
    'default',
    'user',
    concat('user-', toString(number)),
    if(number % 4 = 0, 'device', 'anonymous'),
    if(number % 4 = 0,
        concat('d-', lower(hex(cityHash64(number, 3)))),
        concat('a-', lower(hex(cityHash64(number, 2))))),
    toDateTime64({from:DateTime64(3, 'UTC')}, 3, 'UTC'),
    lower(hex(number)),
    number,
    1
FROM numbers({persons:UInt64})
WHERE number % 3 = 0
