-- One round of links.
SELECT timestamp, type, source, medium, campaign, revenue, currency
FROM events FINAL
WHERE project = 'default'
  AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}
  AND
  (
      user_id = {user:String}
      OR anonymous_id IN
          (SELECT other_id FROM identities WHERE id = {user:String} AND other_kind = 'anonymous')
      OR device_id IN
          (SELECT other_id FROM identities WHERE id = {user:String} AND other_kind = 'device')
  )
ORDER BY timestamp
