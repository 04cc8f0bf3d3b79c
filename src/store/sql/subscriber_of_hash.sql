-- The address of whoever has it, or is that person by now under another, and was not erased.
SELECT address FROM subscriber
WHERE erased IS NULL AND (hash = $hash OR (id = $subscriber AND created = $created)) LIMIT 1
