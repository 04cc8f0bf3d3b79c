-- One thing that came back, with all that is known of it.
SELECT id, at, source, size, tries, until, result, rules, edition, subscriber, domain, form, kind,
       reason, scope, disputed, blocks, status, address, rule, words, effect, raw
FROM bounce WHERE id = $id
