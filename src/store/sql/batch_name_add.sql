-- The name a person had before a batch, and the last one it gave.
INSERT INTO batch_name (batch, subscriber, before, after)
VALUES ($batch, $subscriber, $before, $after)
ON CONFLICT (batch, subscriber) DO UPDATE SET after = excluded.after
