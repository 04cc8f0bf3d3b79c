-- Tries of whose reply the words that differ hold a text, whatever the case of its letters.
SELECT edition, subscriber, number, words FROM attempt
WHERE replace(lower(words), lower(CAST($part AS TEXT)), '') <> lower(words)
