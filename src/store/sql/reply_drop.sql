-- A reply that nothing refers to goes, unless it came into use meanwhile.
DELETE FROM reply WHERE id = $id AND unused = 1
