-- The entries of a live blog that were seen, by number.
SELECT seq, minute, words FROM entry
WHERE newsletter = $newsletter AND blog = $blog
ORDER BY seq
