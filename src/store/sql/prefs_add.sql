-- A choice nobody made before.
INSERT INTO prefs (id, topics, format, cadence, at, zone, checksum)
VALUES ($id, $topics, $format, $cadence, $at, $zone, $checksum)
