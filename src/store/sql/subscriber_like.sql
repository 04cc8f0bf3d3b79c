-- Whether an address holds another text. A _ in it stands for any letter: it is for finding out why
-- something was found.
SELECT 1 FROM subscriber
WHERE address LIKE '%' || $part || '%' OR address_key LIKE '%' || $part || '%' LIMIT 1
