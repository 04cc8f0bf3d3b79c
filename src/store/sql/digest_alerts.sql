-- The alerts of a live blog made before an edition: the entry of each, and its bit.
SELECT cutoff, bit FROM digest
WHERE newsletter = $newsletter AND blog = $blog AND kind = 3 AND edition < $before
ORDER BY edition
