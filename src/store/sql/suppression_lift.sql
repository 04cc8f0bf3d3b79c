-- Lifts every suppression of an address, or that of one newsletter.
DELETE FROM suppression
WHERE hash = $hash AND (CAST($newsletter AS BIGINT) = 0 OR newsletter = $newsletter)
