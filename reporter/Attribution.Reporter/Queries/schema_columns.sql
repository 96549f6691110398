-- The tables of the database with their columns, in order.
SELECT table, name, type
FROM system.columns
WHERE database = currentDatabase() AND ({table:String} = '' OR table = {table:String})
ORDER BY table, position
