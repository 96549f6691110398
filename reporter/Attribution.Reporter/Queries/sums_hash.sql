hex(sipHash128(
    (SELECT toString(any(uuid)) FROM system.tables
     WHERE database = currentDatabase() AND name = {source:String}),
    parts_of_day))
