SELECT cityHash64(toUInt8(id_kind), id) AS a, cityHash64(toUInt8(other_kind), other_id) AS b
FROM identities
WHERE project = {project:String}
