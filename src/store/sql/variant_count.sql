-- How many variants an edition has.
SELECT count(*) FROM variant WHERE edition = $edition
