-- Moves one waiting message out of the common lane into that of its domain group.
UPDATE message SET lane = $lane
WHERE edition = $edition AND subscriber = $subscriber AND state IN (0, 2) AND lane = 0
