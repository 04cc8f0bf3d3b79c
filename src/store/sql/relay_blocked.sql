-- The relay by which most of an edition's attempts with this verdict went is one behind which we are
-- blocked.
UPDATE relay SET blocked = $now
WHERE name = (SELECT a.relay FROM attempt a
              WHERE a.edition = $edition AND a.verdict = $verdict
              GROUP BY a.relay ORDER BY count(*) DESC, a.relay LIMIT 1)
