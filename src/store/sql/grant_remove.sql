-- A gone sender uses nothing any more.
DELETE FROM sender_grant WHERE sender = $sender
