-- More results of an edition's messages; the row gives all there are.
INSERT INTO edition_tally (edition, sent, refused, blocked)
VALUES ($edition, $sent, $refused, $blocked)
ON CONFLICT (edition) DO UPDATE
SET sent = edition_tally.sent + excluded.sent,
    refused = edition_tally.refused + excluded.refused,
    blocked = edition_tally.blocked + excluded.blocked
RETURNING sent, refused, blocked
