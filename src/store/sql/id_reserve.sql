-- Reserves $count ids of a kind; the row gives the last of them. Never given again, even after
-- the row they named is gone.
UPDATE id_counter SET last = last + $count WHERE kind = $kind RETURNING last
