-- Forgets raw mails taken in before then; what was made of them stays.
UPDATE bounce SET raw = NULL
WHERE id IN (SELECT id FROM bounce WHERE at < $before AND raw IS NOT NULL AND result <> 0
             ORDER BY id LIMIT $max)
