-- A correction goes to exactly those whose message of this edition is sent or in doubt; NULL: it is
-- none.
ALTER TABLE edition ADD COLUMN corrects BIGINT;
