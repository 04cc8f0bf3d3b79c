-- From now on the scheduler looks after a newsletter; nothing when it does already.
INSERT INTO scheduled (newsletter, since) VALUES ($newsletter, $now) ON CONFLICT DO NOTHING
