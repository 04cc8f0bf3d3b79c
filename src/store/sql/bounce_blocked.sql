-- How many bounces of an edition say that we are blocked.
SELECT COUNT(*) FROM bounce WHERE edition = $edition AND blocks = 1
