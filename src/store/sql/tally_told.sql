-- The operator is told, once.
UPDATE edition_tally SET untold = NULL WHERE edition = $edition AND untold = $untold
