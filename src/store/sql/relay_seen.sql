-- A relay as people see it: its health, the sessions that senders have of it, and how many domain
-- groups it is slowed down for.
SELECT r.failures, r.since, r.again, r.trouble,
       (SELECT COALESCE(SUM(g.sessions), 0) FROM sender_grant g WHERE g.relay = r.id),
       (SELECT COUNT(*) FROM relay_window w WHERE w.relay = r.id)
FROM relay r WHERE r.name = $name
