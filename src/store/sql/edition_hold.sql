-- Stops an edition, or lets it go on: the claim reads the flag, no message is written.
UPDATE edition SET held = $held, held_why = $why WHERE id = $id AND held <> $held
