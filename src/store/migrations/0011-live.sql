-- Live blogs. An entry is known by its blog (the day's slug), its time and its words when last seen;
-- seq is its number from 1, in the order in which entries were first seen (edition/identity.h).
CREATE TABLE entry (
    newsletter BIGINT NOT NULL REFERENCES newsletter (id),
    blog TEXT NOT NULL,
    seq BIGINT NOT NULL,
    minute INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439),
    words BLOB NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (newsletter, blog, seq)
) WITHOUT ROWID;

-- An edition of a live blog. kind: 1 a digest of what is new to each reader, 2 the one that closes the
-- day (the daily reader's full one too), 3 an alert. cutoff: entries up to this number are in it; of an
-- alert: the one. bit: of an alert, its own among those of the blog (1, 2, 4 …), else 0. seqs: the
-- numbers of the edition's parts in their order, apart by spaces.
CREATE TABLE digest (
    edition INTEGER PRIMARY KEY REFERENCES edition (id),
    newsletter BIGINT NOT NULL REFERENCES newsletter (id),
    blog TEXT NOT NULL,
    kind SMALLINT NOT NULL CHECK (kind BETWEEN 1 AND 3),
    cutoff BIGINT NOT NULL,
    bit BIGINT NOT NULL DEFAULT 0,
    seqs TEXT NOT NULL
);
CREATE INDEX digest_blog ON digest (newsletter, blog, edition);

-- What a choice leads to depends, in a digest, on how far its reader has been served too: since, the
-- watermark, and alerts, the bits of those that reached them. Elsewhere both are 0. absent: 1 where
-- whoever chose this is no reader of the edition at all and has no message.
CREATE TABLE selection_2 (
    edition BIGINT NOT NULL REFERENCES edition (id),
    prefs BIGINT NOT NULL REFERENCES prefs (id),
    since BIGINT NOT NULL DEFAULT 0,
    alerts BIGINT NOT NULL DEFAULT 0,
    variant BIGINT REFERENCES variant (id),
    reason SMALLINT NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    absent SMALLINT NOT NULL DEFAULT 0 CHECK (absent IN (0, 1)),
    PRIMARY KEY (edition, prefs, since, alerts)
) WITHOUT ROWID;
INSERT INTO selection_2 (edition, prefs, variant, reason, due)
SELECT edition, prefs, variant, reason, due FROM selection;
DROP TABLE selection;
ALTER TABLE selection_2 RENAME TO selection;

-- Who is a reader of a digest and how far they have been served, as the ledger has it. Served is what
-- was sent (1, bounced 8 or complained 9 since), is in doubt (5) and not to be sent again, or held
-- nothing for them (13 for no_section, 1). A digest of which they have no row was before their time:
-- who reads each is served up to there, who reads daily gets what was in it. busy: a sender has a message
-- of this blog in hand (3, 4). late: a later digest has them already.
CREATE VIEW digest_reader AS
SELECT g.edition AS edition, s.subscriber AS subscriber, s.prefs AS prefs,
       s.paused_until AS paused_until,
       (SELECT coalesce(max(d.cutoff), 0)
        FROM digest d
        JOIN edition e ON e.id = d.edition
        LEFT JOIN message m ON m.edition = d.edition AND m.subscriber = s.subscriber
        WHERE d.newsletter = g.newsletter AND d.blog = g.blog AND d.kind <> 3
          AND d.edition < g.edition
          AND ((m.edition IS NULL AND r.cadence = 0) OR m.state IN (1, 8, 9) OR (m.state = 5 AND e.resend_in_doubt = 0)
               OR (m.state = 13 AND m.reason = 1))) AS since,
       (SELECT coalesce(sum(d.bit), 0)
        FROM digest d
        JOIN edition e ON e.id = d.edition
        JOIN message m ON m.edition = d.edition AND m.subscriber = s.subscriber
        WHERE d.newsletter = g.newsletter AND d.blog = g.blog AND d.kind = 3
          AND d.edition < g.edition AND (m.state IN (1, 8, 9) OR (m.state = 5 AND e.resend_in_doubt = 0)
               OR (m.state = 13 AND m.reason = 1))) AS alerts,
       CASE WHEN EXISTS (SELECT 1 FROM digest d
                JOIN message m ON m.edition = d.edition AND m.subscriber = s.subscriber
                WHERE d.newsletter = g.newsletter AND d.blog = g.blog
                  AND d.edition < g.edition AND m.state IN (3, 4))
            THEN 1 ELSE 0 END AS busy,
       CASE WHEN EXISTS (SELECT 1 FROM digest d
                JOIN message m ON m.edition = d.edition AND m.subscriber = s.subscriber
                WHERE d.newsletter = g.newsletter AND d.blog = g.blog
                  AND d.edition > g.edition AND d.kind <> 3)
            THEN 1 ELSE 0 END AS late
FROM digest g
JOIN subscription s ON s.newsletter = g.newsletter AND s.status = 1
JOIN prefs r ON r.id = s.prefs
WHERE r.cadence = 0 OR (r.cadence = 1 AND g.kind = 2) OR g.kind = 3;
