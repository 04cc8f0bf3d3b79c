-- What is left of one person's older messages: two bytes an edition (model/history.h).
SELECT n.name, h.year, length(h.editions) FROM history h JOIN newsletter n ON n.id = h.newsletter
WHERE h.subscriber = $subscriber ORDER BY h.year, n.name
