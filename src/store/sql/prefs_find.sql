-- The id of a choice.
SELECT id FROM prefs
WHERE topics = $topics AND format = $format AND cadence = $cadence AND at = $at AND zone = $zone
