-- Moves up to $max rows of an edition that nobody may try any more, those past their deadline.
UPDATE message SET state = $to, reason = $reason, next = NULL
WHERE edition = $edition AND state = $from AND subscriber IN (
    SELECT m.subscriber FROM message m
    WHERE m.state IN (0, 2) AND m.state = $from AND m.edition = $edition AND m.next <= $late
    ORDER BY m.next, m.subscriber LIMIT $max)
