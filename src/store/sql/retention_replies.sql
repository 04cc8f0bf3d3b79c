-- Replies that no attempt refers to, and those marked so: with the mark, and whether one does. Whatever
-- else comes to refer to a reply has to be named here.
SELECT r.id, r.unused, CASE WHEN u.reply IS NULL THEN 0 ELSE 1 END
FROM reply r
LEFT JOIN (SELECT DISTINCT reply FROM attempt) AS u ON u.reply = r.id
WHERE r.unused = 1 OR u.reply IS NULL
ORDER BY r.id
