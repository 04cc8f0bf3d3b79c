-- The name of an imported file, without the address that stood in it.
UPDATE batch SET file = $text WHERE id = $id
