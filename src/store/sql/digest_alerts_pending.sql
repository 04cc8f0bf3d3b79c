-- Whether an alert of a live blog made since then is still on its way: not tried yet, or in hand.
SELECT d.edition
FROM digest d
JOIN edition e ON e.id = d.edition
JOIN message m ON m.edition = d.edition
WHERE d.newsletter = $newsletter AND d.blog = $blog AND d.kind = 3 AND e.created > $since
  AND e.held = 0 AND ((m.state = 0 AND m.tries = 0) OR m.state IN (3, 4))
LIMIT 1
