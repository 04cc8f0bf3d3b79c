-- No lease of a gone sender stays.
UPDATE message SET sender = NULL WHERE sender = $sender
