-- Whether an act of that very time is known.
SELECT id FROM audit WHERE at = $at AND action = $action LIMIT 1
