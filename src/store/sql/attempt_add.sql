-- The next attempt of a message; no row where the reply is not there, or may be dropped (unused): then
-- its column would be NULL, which OR IGNORE passes over. In this form SQLite needs no table of its own to
-- hold what it selects.
INSERT OR IGNORE INTO attempt (edition, subscriber, number, at, stage, relay, reply, words, verdict)
VALUES ($edition, $subscriber,
        (SELECT COALESCE(MAX(number), 0) + 1 FROM attempt
         WHERE edition = $edition AND subscriber = $subscriber),
        $at, $stage, $relay, (SELECT r.id FROM reply r WHERE r.id = $reply AND r.unused = 0),
        $words, $verdict)
