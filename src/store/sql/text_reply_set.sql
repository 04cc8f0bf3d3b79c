-- A reply without the address that stood in it.
UPDATE reply SET text = $text WHERE id = $id
