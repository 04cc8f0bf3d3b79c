-- How the last look at a mailbox went; trouble '' when well.
INSERT INTO mailbox (name, polled, trouble) VALUES ($name, $polled, $trouble)
ON CONFLICT (name) DO UPDATE SET polled = excluded.polled, trouble = excluded.trouble
