-- The edition was held because of what became of it; the operator is to be told.
UPDATE edition_tally SET untold = $now WHERE edition = $edition
