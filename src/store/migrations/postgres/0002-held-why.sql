-- Why an edition is held, for people; '' where whoever held it did not say.
ALTER TABLE edition ADD COLUMN held_why TEXT NOT NULL DEFAULT '';
