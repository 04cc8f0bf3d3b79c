-- A choice is found by a checksum of what was chosen: four bytes where its texts were eighty. When a
-- million people choose a million things, the pages of that index are what an import writes most. The
-- checksum is reckoned in store/people.c too; two choices may share one. (IN over three numbers makes
-- SQLite a table for each row that it checks.)
CREATE TABLE prefs_2 (
    id INTEGER PRIMARY KEY,
    topics TEXT NOT NULL,
    format SMALLINT NOT NULL CHECK (format IN (0, 1)),
    cadence SMALLINT NOT NULL CHECK (cadence BETWEEN 0 AND 2),
    at INTEGER NOT NULL CHECK (at BETWEEN -1 AND 1439),
    zone TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
INSERT INTO prefs_2 (id, topics, format, cadence, at, zone, checksum)
SELECT id, topics, format, cadence, at, zone,
       (WITH RECURSIVE part (done, sum) AS (
            SELECT 0, 0
            UNION ALL
            SELECT done + 1, (sum * 1000003 + unicode(substr(line, done + 1, 1))) % 2147483647
            FROM part WHERE done < length(line))
        SELECT sum FROM part WHERE done = length(line))
FROM (SELECT id, topics, format, cadence, at, zone,
             format || ' ' || cadence || ' ' || at || ' ' || zone || ' ' || topics AS line
      FROM prefs);
DROP TABLE prefs;
PRAGMA legacy_alter_table = ON; -- views that name the table are not looked at while it is away
ALTER TABLE prefs_2 RENAME TO prefs;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX prefs_checksum ON prefs (checksum);
