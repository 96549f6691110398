-- Raw events of a stretch of time, each once and its newest row, in the table's order. Places with $ are
-- filled from Commands/Export.
SELECT
    $columns
FROM events FINAL
WHERE project = {project:String}
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  AND $filter
$order
