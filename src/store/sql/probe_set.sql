-- A mail asks a subscriber whether it arrives.
INSERT INTO probe (subscriber, edition, queued) VALUES ($subscriber, $edition, $queued)
ON CONFLICT (subscriber) DO UPDATE SET edition = excluded.edition, queued = excluded.queued
