-- An edition of a live blog.
INSERT INTO digest (edition, newsletter, blog, kind, cutoff, bit, seqs, planned)
VALUES ($edition, $newsletter, $blog, $kind, $cutoff, $bit, $seqs, $planned)
