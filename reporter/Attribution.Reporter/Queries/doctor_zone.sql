-- What the server takes the zone's offsets for, in seconds, at both ends of the range.
SELECT
    toInt64(timezoneOffset(toTimeZone({from:DateTime64(3, 'UTC')}, {tz:String}))) AS from_offset,
    toInt64(timezoneOffset(toTimeZone({to:DateTime64(3, 'UTC')}, {tz:String}))) AS to_offset
