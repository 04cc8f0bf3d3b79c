-- A refusal at SMTP time, to be judged like what comes back by mail.
INSERT INTO bounce (id, at, source, edition, subscriber, words)
VALUES ($id, $at, $source, $edition, $subscriber, $words)
