-- What came back: mails of the bounce mailbox and refusals at SMTP time, each with how it was judged.
-- postgres/0009-bounces.sql is the same in the other dialect: change both.

INSERT INTO id_counter (kind, last) VALUES ('bounce', 0);

-- digest is the SHA-256 of the mail with plain line ends: a mail that is read twice is one row. It
-- and raw (deflated) are NULL for a refusal at SMTP time, whose words are the server's reply; raw
-- also when retention took it. until: a row not judged yet (result 0) is in somebody's hand until
-- then; one that waits for an outage to end (result 9) is judged then. tries counts how often
-- reading it was begun. edition and subscriber are what its own signed address says. Results:
-- store/bounces.h; form and kind: outcome/bounce.h; reason: model/message.h; scope: model/verdict.h.
-- effect: 1 this one suspended the subscriber.
CREATE TABLE bounce (
    id INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    digest BLOB UNIQUE,
    raw BLOB,
    size BIGINT NOT NULL DEFAULT 0,
    tries SMALLINT NOT NULL DEFAULT 0,
    until BIGINT,
    result SMALLINT NOT NULL DEFAULT 0,
    rules BIGINT NOT NULL DEFAULT 0,
    edition BIGINT,
    subscriber BIGINT,
    domain TEXT NOT NULL DEFAULT '',
    form SMALLINT NOT NULL DEFAULT 0,
    kind SMALLINT NOT NULL DEFAULT 0 CHECK (kind BETWEEN 0 AND 3),
    reason SMALLINT NOT NULL DEFAULT 0,
    scope SMALLINT NOT NULL DEFAULT 0,
    disputed SMALLINT NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1)),
    blocks SMALLINT NOT NULL DEFAULT 0 CHECK (blocks IN (0, 1)),
    status TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    effect SMALLINT NOT NULL DEFAULT 0 CHECK (effect IN (0, 1))
);
CREATE INDEX bounce_open ON bounce (result, id) WHERE result IN (0, 9);
CREATE INDEX bounce_subscriber ON bounce (subscriber, at) WHERE subscriber IS NOT NULL;
CREATE INDEX bounce_domain ON bounce (domain, at) WHERE kind = 2;
CREATE INDEX bounce_blocks ON bounce (edition) WHERE blocks = 1;

-- How far a mailbox has been read where its mails stay in it, and how the last look at it went.
CREATE TABLE mailbox (
    name TEXT PRIMARY KEY,
    validity BIGINT NOT NULL DEFAULT 0,
    uid BIGINT NOT NULL DEFAULT 0,
    polled BIGINT NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
