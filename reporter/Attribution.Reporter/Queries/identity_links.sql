-- The ids that are linked to any of the given ones, in one step. A link is stored in one direction only: one way
-- is the table's key, the other has a filter of its own.
SELECT DISTINCT kind, linked_id
FROM
(
    SELECT toString(other_kind) AS kind, other_id AS linked_id
    FROM identities
    WHERE project = {project:String}
      AND (id_kind = 'user' AND id IN {user:Array(String)}
           OR id_kind = 'anonymous' AND id IN {anonymous:Array(String)}
           OR id_kind = 'device' AND id IN {device:Array(String)})
    UNION ALL
    SELECT toString(id_kind) AS kind, id AS linked_id
    FROM identities
    WHERE project = {project:String}
      AND (other_kind = 'user' AND other_id IN {user:Array(String)}
           OR other_kind = 'anonymous' AND other_id IN {anonymous:Array(String)}
           OR other_kind = 'device' AND other_id IN {device:Array(String)})
)
ORDER BY kind, linked_id
LIMIT {limit:UInt64}
