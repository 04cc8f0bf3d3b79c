-- Tries whose words have something like an address in them.
SELECT edition, subscriber, number, words FROM attempt WHERE words LIKE '%@%'
