-- It has been obeyed.
UPDATE command_mail SET done = 1 WHERE digest = $digest
