-- A message for one person that is there already stays, unless a sender that came to it let it go for who the
-- person was: cancelled (12; reasons unsubscribed 2, paused 15, moot 16) or suppressed (10; 3). Nothing of
-- it was delivered, and it waits again, deferred (2) where it was tried before.
ON CONFLICT (edition, subscriber) DO UPDATE
SET state = CASE WHEN message.tries > 0 THEN 2 ELSE 0 END, reason = 0,
    variant = excluded.variant, due = excluded.due, next = excluded.next, lane = excluded.lane
WHERE (message.state = 12 AND message.reason IN (2, 15, 16))
   OR (message.state = 10 AND message.reason = 3)
