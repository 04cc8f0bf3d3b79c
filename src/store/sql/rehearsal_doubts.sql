-- Whose messages got no answer to their dot.
SELECT DISTINCT subscriber FROM attempt WHERE edition = $edition AND verdict = 3
