-- How far a mailbox has been read.
SELECT validity, uid FROM mailbox WHERE name = $name
