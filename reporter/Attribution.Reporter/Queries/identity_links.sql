-- The ids that are linked to any of the given ones, in one step. A link is stored in one direction only.
SELECT DISTINCT toString(other_kind) AS kind, other_id AS linked_id
FROM identities
WHERE project = {project:String}
  AND id_kind = {kind:String} AND has({ids:Array(String)}, id)
UNION DISTINCT
SELECT DISTINCT toString(id_kind) AS kind, id AS linked_id
FROM identities
WHERE project = {project:String}
  AND other_kind = {kind:String} AND has({ids:Array(String)}, other_id)
ORDER BY kind, linked_id
LIMIT {limit:UInt64}
