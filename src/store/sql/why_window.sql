-- The narrowest window of a domain group, with what closed it last.
SELECT r.name, w.size, w.said
FROM relay_window w JOIN relay r ON r.id = w.relay
WHERE w.domain_group = $group
ORDER BY w.size, r.id LIMIT 1
