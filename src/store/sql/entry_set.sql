-- An entry seen for the first time, or with other words.
INSERT INTO entry (newsletter, blog, seq, minute, words, seen)
VALUES ($newsletter, $blog, $seq, $minute, $words, $now)
ON CONFLICT (newsletter, blog, seq) DO UPDATE SET words = excluded.words
