-- What was said of an import, without the address that stood in it.
UPDATE batch SET source = $text WHERE id = $id
