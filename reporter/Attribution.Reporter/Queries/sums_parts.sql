arraySort(arrayMap(
    part -> part.3,
    arrayFilter(
        part -> part.2 = 0
            OR (part.1 < toUnixTimestamp(toDateTime(day + 1, 'UTC'))
                AND part.2 >= toUnixTimestamp(toDateTime(day, 'UTC'))),
        (
            SELECT groupArray((
                toUnixTimestamp(min_time),
                toUnixTimestamp(max_time),
                sipHash64(table, name, hash_of_all_files)))
            FROM system.parts
            WHERE database = currentDatabase() AND table IN {tables:Array(String)} AND active AND rows > 0
        ))))
