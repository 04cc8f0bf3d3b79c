-- People: pauses, the basis of an agreement, erasure, and imports that can be undone and resumed.
-- postgres/0004-people.sql is the same in the other dialect: change both.

-- Nothing goes out for this subscription that is due before this instant; 0: it is not paused.
ALTER TABLE subscription ADD COLUMN paused_until BIGINT NOT NULL DEFAULT 0;

-- When the person was erased; NULL: they were not. The row stays, for it is whom the consent ledger
-- and the messages speak of: number, hash and dates. Address, domain and name are empty then, and
-- the key is 'erased NUMBER', which no address can be.
ALTER TABLE subscriber ADD COLUMN erased BIGINT;
CREATE INDEX subscriber_erased ON subscriber (hash) WHERE erased IS NOT NULL;

-- how: 'import', 'sync' or 'file'. rows_done: records of the file that are dealt with, and report: how
-- long the report on them is, in bytes: a signup file that was cut short goes on there. undone: when it
-- was taken back.
ALTER TABLE batch ADD COLUMN how TEXT NOT NULL DEFAULT 'import';
ALTER TABLE batch ADD COLUMN rows_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN report BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN undone BIGINT;

-- How a subscription stood before a batch changed it. Whom a batch added has no row here.
CREATE TABLE batch_change (
    batch BIGINT NOT NULL REFERENCES batch (id),
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    prefs BIGINT NOT NULL REFERENCES prefs (id),
    PRIMARY KEY (batch, subscriber, newsletter)
) WITHOUT ROWID;

-- A name that a batch changed.
CREATE TABLE batch_name (
    batch BIGINT NOT NULL REFERENCES batch (id),
    subscriber BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (batch, subscriber)
) WITHOUT ROWID;

-- The ledger again, with a basis: 0 none stated, 1 consent, 2 soft opt-in (PECR regulation 22(3)); and
-- with more events: 8 undone (a batch was taken back), 9 erased, 10 renamed; 9 and 10 are about the
-- person, newsletter 0. What was stated until now was consent.
CREATE TABLE consent_2 (
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event SMALLINT NOT NULL CHECK (event BETWEEN 1 AND 20),
    how TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    wording TEXT NOT NULL DEFAULT '',
    basis SMALLINT NOT NULL DEFAULT 0 CHECK (basis BETWEEN 0 AND 2),
    batch BIGINT,
    PRIMARY KEY (subscriber, newsletter, number)
) WITHOUT ROWID;
INSERT INTO consent_2 (subscriber, newsletter, number, at, event, how, source, wording, basis, batch)
SELECT subscriber, newsletter, number, at, event, how, source, wording,
       CASE WHEN event IN (2, 3) THEN 1 ELSE 0 END, batch
FROM consent;
DROP TRIGGER consent_is_append_only_update;
DROP TRIGGER consent_is_append_only_delete;
DROP TABLE consent;
ALTER TABLE consent_2 RENAME TO consent;

-- Append-only but for one thing: the free words about an erased person's agreement may be emptied.
CREATE TRIGGER consent_is_append_only_update BEFORE UPDATE ON consent
WHEN NOT (NEW.source = '' AND NEW.subscriber = OLD.subscriber AND NEW.newsletter = OLD.newsletter
          AND NEW.number = OLD.number AND NEW.at = OLD.at AND NEW.event = OLD.event
          AND NEW.how = OLD.how AND NEW.wording = OLD.wording AND NEW.basis = OLD.basis
          AND NEW.batch IS OLD.batch
          AND EXISTS (SELECT 1 FROM subscriber WHERE id = OLD.subscriber AND erased IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;
CREATE TRIGGER consent_is_append_only_delete BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;
