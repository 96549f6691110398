-- Who answers, as whom, and what its clock says.
SELECT version() AS version, currentUser() AS name, now64(3, 'UTC') AS time
