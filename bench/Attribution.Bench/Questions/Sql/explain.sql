SELECT *
FROM attributions FINAL
WHERE project = 'default' AND conversion_id = {conversion:String}
