-- What choices led to in an edition of which no message is left. The wording of a confirmation is
-- evidence: a notice (class 0) to subscribers keeps its variants unless a later one has the same words.
DELETE FROM selection WHERE edition = $edition AND edition IN (
    SELECT e.id FROM edition e
    WHERE e.phase <> 0
      AND NOT EXISTS (SELECT 1 FROM message m WHERE m.edition = e.id)
      AND (e.class <> 0 OR e.audience = 3 OR EXISTS (
           SELECT 1 FROM edition y
           WHERE y.newsletter = e.newsletter AND y.hash = e.hash AND y.id > e.id)))
