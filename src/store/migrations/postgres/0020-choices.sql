-- A choice is found by a checksum of what was chosen: four bytes where its texts were eighty. When a
-- million people choose a million things, the pages of that index are what an import writes most. The
-- checksum is reckoned in store/people.c too; two choices may share one.
ALTER TABLE prefs ADD COLUMN checksum INTEGER;
UPDATE prefs SET checksum = (
    WITH RECURSIVE
    whole (line) AS (
        SELECT prefs.format || ' ' || prefs.cadence || ' ' || prefs.at || ' ' || prefs.zone || ' ' ||
               prefs.topics),
    part (done, sum) AS (
        SELECT 0, CAST(0 AS BIGINT)
        UNION ALL
        SELECT done + 1, (sum * 1000003 + ascii(substr(line, done + 1, 1))) % 2147483647
        FROM part, whole WHERE done < length(line))
    SELECT sum FROM part, whole WHERE done = length(line));
ALTER TABLE prefs ALTER COLUMN checksum SET NOT NULL;
ALTER TABLE prefs DROP CONSTRAINT prefs_topics_format_cadence_at_zone_key;
CREATE INDEX prefs_checksum ON prefs (checksum);
