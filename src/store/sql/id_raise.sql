-- Ids of a kind go on above $last.
UPDATE id_counter SET last = $last WHERE kind = $kind AND last < $last
