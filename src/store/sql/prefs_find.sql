-- The id of a choice; of others with the same checksum only what was chosen tells it apart.
SELECT id FROM prefs
WHERE checksum = $checksum AND topics = $topics AND format = $format AND cadence = $cadence
  AND at = $at AND zone = $zone
