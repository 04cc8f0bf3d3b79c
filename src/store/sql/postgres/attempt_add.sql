-- The next attempt of a message; no row where the reply is not there, or may be dropped (unused).
INSERT INTO attempt (edition, subscriber, number, at, stage, relay, reply, words, verdict)
SELECT CAST($edition AS BIGINT), CAST($subscriber AS BIGINT),
       (SELECT COALESCE(MAX(number), 0) + 1 FROM attempt
        WHERE edition = $edition AND subscriber = $subscriber),
       CAST($at AS BIGINT), CAST($stage AS SMALLINT), CAST($relay AS TEXT), r.id,
       CAST($words AS TEXT), CAST($verdict AS SMALLINT)
FROM reply r WHERE r.id = $reply AND r.unused = 0
