-- How many subscribers a domain has.
SELECT COUNT(*) FROM subscriber WHERE domain = $domain
