-- claim_lease where several hosts claim at once: rows another is taking are passed over.
UPDATE message SET state = $to, sender = $sender
WHERE edition = $edition AND state = $from AND subscriber IN (
    SELECT m.subscriber FROM message m
    WHERE m.state IN (0, 2) AND m.state = $from AND m.edition = $edition
      AND m.next > $late AND m.next <= $now
    ORDER BY m.next, m.subscriber LIMIT $max FOR UPDATE SKIP LOCKED)
RETURNING subscriber, variant, due, tries
