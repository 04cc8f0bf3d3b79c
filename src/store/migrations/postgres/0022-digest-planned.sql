-- The hour that a digest is of, in microseconds; 0: when it was released. A reader whose own hour is that
-- one gets it then, though it is made a moment later.
ALTER TABLE digest ADD COLUMN planned BIGINT NOT NULL DEFAULT 0;
