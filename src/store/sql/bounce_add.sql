-- A mail that came back, as it came; nothing when it is there already.
INSERT INTO bounce (id, at, source, digest, raw, size)
VALUES ($id, $at, $source, $digest, $raw, $size)
ON CONFLICT (digest) DO NOTHING
