SELECT day, parts
FROM summed_days
WHERE source = {source:String} AND day >= {first:Date} AND day < {end:Date}
  AND (day, parts, arraySum(list -> lines[list], {lists:Array(String)})) IN
  (
      SELECT day, parts, sum(found)
      FROM
      (
          SELECT day, parts, count() AS found
          FROM $sums FINAL
          WHERE day >= {first:Date} AND day < {end:Date} AND $list IN {lists:Array(String)}
          GROUP BY day, parts
          UNION ALL
          SELECT day, parts, 0 AS found
          FROM summed_days
          WHERE source = {source:String}
      )
      GROUP BY day, parts
  )
