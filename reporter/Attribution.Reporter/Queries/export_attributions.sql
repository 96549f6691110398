-- Attributions of a stretch of time, each conversion's newest row per model and config, in the table's order.
-- Places with $ are filled from Commands/Export.
SELECT
    $columns
FROM attributions FINAL
WHERE project = {project:String}
  AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
  AND ({config:String} = '' OR config = {config:String})
  AND ({model:String} = '' OR model = {model:String})
  AND $filter
$order
