-- An edition of a live blog.
INSERT INTO digest (edition, newsletter, blog, kind, cutoff, bit, seqs)
VALUES ($edition, $newsletter, $blog, $kind, $cutoff, $bit, $seqs)
