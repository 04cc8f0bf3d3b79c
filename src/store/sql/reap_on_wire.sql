-- What a gone sender had on the wire: nobody knows its fate (reason 8).
UPDATE message SET state = $to, reason = 8 WHERE sender = $sender AND state = $from
