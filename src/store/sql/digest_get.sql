-- What an edition of a live blog holds.
SELECT newsletter, blog, kind, cutoff, bit, seqs, planned FROM digest WHERE edition = $edition
