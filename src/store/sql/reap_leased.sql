-- What a gone sender had leased and was never tried.
UPDATE message SET state = $to, sender = NULL WHERE sender = $sender AND state = $from
