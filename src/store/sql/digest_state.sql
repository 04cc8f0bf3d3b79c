-- How far the digests of a live blog go, and the bits its alerts have.
SELECT coalesce(max(CASE WHEN kind <> 3 THEN cutoff END), 0), coalesce(sum(bit), 0)
FROM digest WHERE newsletter = $newsletter AND blog = $blog
