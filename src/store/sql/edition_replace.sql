-- An edition makes room for another with its slug, and is cancelled.
UPDATE edition SET slug = $slug, phase = 2, held = 0, held_why = '' WHERE id = $id
