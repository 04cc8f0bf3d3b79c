-- How many messages of an edition were sent later than $late seconds after they were due, and when
-- the last one was (verdict 0: a relay took it).
SELECT COALESCE(sum(CASE WHEN a.at > (m.due + $late) * 1000000 THEN 1 ELSE 0 END), 0), max(a.at)
FROM attempt a JOIN message m ON m.edition = a.edition AND m.subscriber = a.subscriber
WHERE a.edition = $edition AND a.verdict = 0
