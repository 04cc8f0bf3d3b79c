-- An act's subject without the address that stood in it.
UPDATE audit SET subject = $text WHERE id = $id
