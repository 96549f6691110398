SELECT
    cityHash64(toUInt8(other_kind), other_id) AS weak,
    cityHash64(toUInt8(id_kind), id) AS strong,
    other_kind = 'user' AS is_weak_user,
    id_kind = 'user' AS is_strong_user
FROM identities
WHERE project = {project:String}
