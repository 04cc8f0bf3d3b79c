-- From now on messages to this domain group wait in a lane of their own.
UPDATE domain_group SET apart = 1 WHERE id = $id AND apart = 0
