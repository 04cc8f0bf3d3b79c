-- A newsletter's name by id.
SELECT name FROM newsletter WHERE id = $id
