-- Whether an address must not be mailed by a newsletter, or by any. The + keeps SQLite from making
-- a temporary table of the two numbers for each question: a fifth of an import's time.
SELECT 1 FROM suppression
WHERE hash = $hash AND (newsletter = 0 OR +newsletter = $newsletter) LIMIT 1
