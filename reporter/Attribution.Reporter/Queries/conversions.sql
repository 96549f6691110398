-- Conversions, newest first, with the touches that earned them under one model: so many keys behind a place,
-- and their rows. The keys come from reading the table backwards in its own order until there are enough.
-- FINAL gives each key's newest row, which may not be the one that the filter held for. Places with $ are
-- filled from Commands/ConversionsCommand.cs.
SELECT
    conversion_time,
    conversion_id,
    conversion_type,
    person,
    user_id,
    revenue,
    currency,
    touches,
    channels,
    campaigns,
    credits,
    credit_values,
    conversion_time AS key_time,
    conversion_id AS key_id,
    toUInt8($filter) AS is_match
FROM attributions FINAL
WHERE project = {project:String}
  AND config = {config:String}
  AND model = {model:String}
  AND (conversion_time, conversion_id) IN
  (
      SELECT conversion_time, conversion_id
      FROM attributions
      WHERE project = {project:String}
        AND conversion_time >= {from:DateTime64(3, 'UTC')} AND conversion_time < {to:DateTime64(3, 'UTC')}
        AND config = {config:String}
        AND model = {model:String}
        $before
        AND $filter
      ORDER BY project DESC, conversion_time DESC, conversion_id DESC
      LIMIT {limit:UInt64}
  )
ORDER BY key_time DESC, key_id DESC
