-- How the last look at a mailbox went.
SELECT polled, trouble FROM mailbox WHERE name = $name
