-- The mails of such an edition (retention_selections).
DELETE FROM variant WHERE edition = $edition AND edition IN (
    SELECT e.id FROM edition e
    WHERE e.phase <> 0
      AND NOT EXISTS (SELECT 1 FROM message m WHERE m.edition = e.id)
      AND (e.class <> 0 OR e.audience = 3 OR EXISTS (
           SELECT 1 FROM edition y
           WHERE y.newsletter = e.newsletter AND y.hash = e.hash AND y.id > e.id)))
