-- A mail to the command address is about to be read: how often by now, and whether it was obeyed.
INSERT INTO command_mail (digest, at, tries, done) VALUES ($digest, $at, 1, 0)
ON CONFLICT (digest) DO UPDATE SET tries = command_mail.tries + 1
RETURNING tries, done
