-- All that is kept of one person's compacted messages, newest year first.
SELECT h.newsletter, n.name, h.year, h.editions
FROM history h JOIN newsletter n ON n.id = h.newsletter
WHERE h.subscriber = $subscriber
ORDER BY h.year DESC, n.name
