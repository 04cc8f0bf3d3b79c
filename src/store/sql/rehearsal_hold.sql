-- In the copy a rehearsal works on: nothing but its edition is sent.
UPDATE edition SET held = 1, held_why = 'a rehearsal' WHERE id <> $edition AND held = 0
