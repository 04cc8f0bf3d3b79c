-- It was told that the release has come and the edition still waits for approval.
ALTER TABLE occurrence ADD COLUMN overdue INTEGER NOT NULL DEFAULT 0;
