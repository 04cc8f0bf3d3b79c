-- How far a mailbox has been read.
INSERT INTO mailbox (name, validity, uid) VALUES ($name, $validity, $uid)
ON CONFLICT (name) DO UPDATE SET validity = excluded.validity, uid = excluded.uid
