-- The statement that makes a table.
SELECT formatQuery(create_table_query) AS statement
FROM system.tables
WHERE database = currentDatabase() AND name = {table:String} AND create_table_query != ''
