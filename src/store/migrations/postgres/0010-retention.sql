-- What stays when messages are compacted (app/keep/retention.h), and replies that may be dropped.
-- ../0010-retention.sql is the same for SQLite: change both.

-- A year of a person's editions of a newsletter, with how each ended: model/history.h.
CREATE TABLE history (
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    year SMALLINT NOT NULL,
    editions BYTEA NOT NULL,
    PRIMARY KEY (subscriber, newsletter, year)
);

-- How many messages of an edition were compacted, by state.
CREATE TABLE edition_total (
    edition BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (edition, state)
);

-- unused 1: no attempt referred to it when retention looked. Nobody may refer to it then without
-- setting it to 0 first; so what is still unused when retention looks again can go.
ALTER TABLE reply ADD COLUMN unused SMALLINT NOT NULL DEFAULT 0 CHECK (unused IN (0, 1));

-- To drop a reply, the database would search all attempts for it each time, or keep an index that
-- every attempt has to write. attempt_add looks itself.
ALTER TABLE attempt DROP CONSTRAINT attempt_reply_fkey;
