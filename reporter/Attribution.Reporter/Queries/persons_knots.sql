SELECT weak AS a, strong AS b
FROM
(
    $links
)
WHERE is_weak_user
   OR weak IN (SELECT strong FROM ($links) WHERE NOT is_strong_user)
   OR weak IN (SELECT weak FROM ($links) GROUP BY weak HAVING min(strong) != max(strong))
