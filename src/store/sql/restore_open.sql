-- The restore whose quarantine has not ended.
SELECT id, at, taken, source FROM restore WHERE released IS NULL ORDER BY id DESC LIMIT 1
