-- A year of one person's editions, as it is from now on.
INSERT INTO history (subscriber, newsletter, year, editions)
VALUES ($subscriber, $newsletter, $year, $editions)
ON CONFLICT (subscriber, newsletter, year) DO UPDATE SET editions = excluded.editions
