hex(sipHash128(
    (SELECT groupArray(toString(uuid)) FROM
        (SELECT uuid FROM system.tables
         WHERE database = currentDatabase() AND name IN {tables:Array(String)} ORDER BY name)),
    {stored_lists:Array(String)},
    parts_of_day))
