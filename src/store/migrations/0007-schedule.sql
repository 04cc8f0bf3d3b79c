-- Since when the scheduler looks after a newsletter; what was to go out before is not its affair.
CREATE TABLE scheduled (
    newsletter INTEGER PRIMARY KEY REFERENCES newsletter (id),
    since BIGINT NOT NULL
);

-- What became of a day of the schedule; a row is written once. outcome: 1 assembled,
-- 2 assembled too late and held, 3 skipped (there was no briefing), 4 missed. changed: 1 once it was
-- told that the file is not what was frozen.
CREATE TABLE occurrence (
    newsletter BIGINT NOT NULL REFERENCES newsletter (id),
    slug TEXT NOT NULL,
    outcome SMALLINT NOT NULL CHECK (outcome BETWEEN 1 AND 4),
    at BIGINT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    changed SMALLINT NOT NULL DEFAULT 0 CHECK (changed IN (0, 1)),
    PRIMARY KEY (newsletter, slug)
) WITHOUT ROWID;
