-- How many messages of an edition a sender has in hand (3), and how many have left, or may have:
-- on the wire, sent, in doubt, bounced, complained of.
SELECT COALESCE(sum(CASE WHEN state = 3 THEN 1 ELSE 0 END), 0),
       COALESCE(sum(CASE WHEN state IN (1, 4, 5, 8, 9) THEN 1 ELSE 0 END), 0)
FROM message WHERE edition = $edition
