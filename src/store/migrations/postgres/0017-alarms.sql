-- What the operator has yet to be told of: when the edition was held because it was refused; NULL: it
-- was not, or they know.
ALTER TABLE edition_tally ADD COLUMN untold BIGINT;
-- When servers behind this relay said that it is us whom they refuse; 0: never.
ALTER TABLE relay ADD COLUMN blocked BIGINT NOT NULL DEFAULT 0;
