-- What a gone sender left in doubt, where the edition's policy is to send again.
UPDATE message SET state = $to, sender = NULL
WHERE sender = $sender AND state = $from
  AND edition IN (SELECT id FROM edition WHERE resend_in_doubt = 1)
