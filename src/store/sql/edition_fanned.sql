-- The last subscriber an edition's fan-out has done.
SELECT fanned FROM edition WHERE id = $edition
