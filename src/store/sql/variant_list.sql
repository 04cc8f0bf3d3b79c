-- The variants of an edition and how many messages show each.
SELECT v.id, v.format, v.parts, v.size,
       (SELECT count(*) FROM message m WHERE m.edition = v.edition AND m.variant = v.id)
FROM variant v WHERE v.edition = $edition ORDER BY v.id
