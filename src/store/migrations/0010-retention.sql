-- What stays when messages are compacted (app/keep/retention.h), and replies that may be dropped.
-- postgres/0010-retention.sql is the same in the other dialect: change both.

-- A year of a person's editions of a newsletter, with how each ended: model/history.h.
CREATE TABLE history (
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    year SMALLINT NOT NULL,
    editions BLOB NOT NULL,
    PRIMARY KEY (subscriber, newsletter, year)
) WITHOUT ROWID;

-- How many messages of an edition were compacted, by state.
CREATE TABLE edition_total (
    edition BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (edition, state)
) WITHOUT ROWID;

-- unused 1: no attempt referred to it when retention looked. Nobody may refer to it then without
-- setting it to 0 first; so what is still unused when retention looks again can go.
ALTER TABLE reply ADD COLUMN unused SMALLINT NOT NULL DEFAULT 0 CHECK (unused IN (0, 1));

-- Without REFERENCES: to drop a reply, the database would search all attempts for it each time, or
-- keep an index that every attempt has to write. attempt_add looks itself.
CREATE TABLE attempt_2 (
    edition BIGINT NOT NULL,
    subscriber BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    relay TEXT NOT NULL,
    reply BIGINT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    verdict SMALLINT NOT NULL,
    PRIMARY KEY (edition, subscriber, number)
) WITHOUT ROWID;
INSERT INTO attempt_2 (edition, subscriber, number, at, stage, relay, reply, words, verdict)
SELECT edition, subscriber, number, at, stage, relay, reply, words, verdict FROM attempt;
DROP TABLE attempt;
ALTER TABLE attempt_2 RENAME TO attempt;
