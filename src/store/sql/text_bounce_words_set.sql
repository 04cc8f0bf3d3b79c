-- A bounce's words without the address that stood in them.
UPDATE bounce SET words = $text WHERE id = $id
