-- The next attempt of a message.
INSERT INTO attempt (edition, subscriber, number, at, stage, relay, reply, words, verdict)
VALUES ($edition, $subscriber,
        (SELECT COALESCE(MAX(number), 0) + 1 FROM attempt
         WHERE edition = $edition AND subscriber = $subscriber),
        $at, $stage, $relay, $reply, $words, $verdict)
