-- When the operator was told that the edition is done; NULL: it is not, or they were not. Of editions
-- made before there were reports nobody is told.
ALTER TABLE edition ADD COLUMN reported BIGINT;
UPDATE edition SET reported = 0;
CREATE INDEX edition_unreported ON edition (id) WHERE reported IS NULL;
