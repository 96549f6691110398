multiIf(
    user_id != '' AND NOT has({ignored:Array(String)}, lower(user_id)), cityHash64(toUInt8(1), user_id),
    device_id != '' AND NOT has({ignored:Array(String)}, lower(device_id)), cityHash64(toUInt8(3), device_id),
    anonymous_id != '' AND NOT has({ignored:Array(String)}, lower(anonymous_id)),
        cityHash64(toUInt8(2), anonymous_id),
    {links_clicks:Bool} AND click_id != '', cityHash64(toUInt8(4), click_id),
    cityHash64(toUInt8(0), event_id))
