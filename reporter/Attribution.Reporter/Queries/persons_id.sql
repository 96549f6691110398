-- Few ids have length and first letter of one that says nothing, and only these are looked at in full.
multiIf(
    user_id != '' AND NOT $user_ignored, cityHash64(toUInt8(1), user_id),
    device_id != '' AND NOT $device_ignored, cityHash64(toUInt8(3), device_id),
    anonymous_id != '' AND NOT $anonymous_ignored, cityHash64(toUInt8(2), anonymous_id),
    {links_clicks:Bool} AND click_id != '', cityHash64(toUInt8(4), click_id),
    cityHash64(toUInt8(0), event_id))
