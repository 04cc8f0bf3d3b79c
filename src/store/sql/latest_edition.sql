-- The newest issue of a newsletter that goes out or has gone out since then.
SELECT id FROM edition
WHERE newsletter = $newsletter AND class = 2 AND phase = 1 AND held = 0 AND released > $since
ORDER BY date DESC, id DESC LIMIT 1
