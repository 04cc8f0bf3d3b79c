-- One rendered variant; body is packed and deflated.
INSERT INTO variant (id, edition, selection, format, parts, size, body)
VALUES ($id, $edition, $selection, $format, $parts, $size, $body)
