-- A choice that led to a variant: all that did show the same.
SELECT p.topics, p.format
FROM selection c JOIN prefs p ON p.id = c.prefs
WHERE c.edition = $edition AND c.variant = $variant
LIMIT 1
