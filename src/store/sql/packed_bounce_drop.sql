-- A raw bounce that holds the address of an erased person.
UPDATE bounce SET raw = NULL WHERE id = $id
