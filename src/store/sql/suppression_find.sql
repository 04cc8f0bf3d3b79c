-- Whether an address must not be mailed by a newsletter, or by any.
SELECT 1 FROM suppression WHERE hash = $hash AND newsletter IN (0, $newsletter) LIMIT 1
