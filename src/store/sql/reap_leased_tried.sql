-- What a gone sender had leased and was tried before, or put off.
UPDATE message SET state = $to, sender = NULL
WHERE sender = $sender AND state = $from AND (tries > 0 OR next > due)
