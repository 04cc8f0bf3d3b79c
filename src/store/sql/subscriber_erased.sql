-- Erased people who had the address of this hash, the last first.
SELECT id, created, erased FROM subscriber WHERE hash = $hash AND erased IS NOT NULL
ORDER BY erased DESC, id DESC
