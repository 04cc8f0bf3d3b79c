-- The tables of tidings (design 6). Instants are BIGINT microseconds UTC, but for message.due and
-- message.next, which are whole seconds: a message row is small. Flags are SMALLINT 0/1.
-- Ids are never reused: id_counter holds the last one given of each kind. They are INTEGER
-- PRIMARY KEY, which SQLite keeps as the row's own number; BIGINT would make an index of it.
-- postgres/0001-start.sql is the same schema in the other dialect: change both.

CREATE TABLE id_counter (
    kind TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO id_counter (kind, last) VALUES
    ('newsletter', 0), ('subscriber', 0), ('edition', 0), ('variant', 0), ('prefs', 0),
    ('batch', 0), ('reply', 0), ('sender', 0), ('audit', 0);

CREATE TABLE newsletter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- One row per person. address as typed, address_key for matching (folded in C before storing),
-- hash is the keyed hash the suppression list knows people by.
CREATE TABLE subscriber (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    domain TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    hash BLOB NOT NULL,
    created BIGINT NOT NULL
);

-- Distinct choices. A partition reads these few rows, not the subscribers. topics is canonical
-- text (model/prefs.h); at is minutes since midnight or NULL: when the newsletter goes out; zone
-- is '' for the newsletter's own.
CREATE TABLE prefs (
    id INTEGER PRIMARY KEY,
    topics TEXT NOT NULL,
    format SMALLINT NOT NULL CHECK (format IN (0, 1)),
    cadence SMALLINT NOT NULL CHECK (cadence IN (0, 1, 2)),
    at INTEGER NOT NULL CHECK (at BETWEEN -1 AND 1439),
    zone TEXT NOT NULL,
    UNIQUE (topics, format, cadence, at, zone)
);

-- status: 0 pending, 1 active, 2 unsubscribed, 3 suspended. A row is never deleted.
CREATE TABLE subscription (
    newsletter BIGINT NOT NULL REFERENCES newsletter (id),
    subscriber BIGINT NOT NULL REFERENCES subscriber (id),
    status SMALLINT NOT NULL CHECK (status BETWEEN 0 AND 3),
    prefs BIGINT NOT NULL REFERENCES prefs (id),
    changed BIGINT NOT NULL,
    PRIMARY KEY (newsletter, subscriber)
) WITHOUT ROWID;

-- The import or command a subscription came by.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    newsletter BIGINT REFERENCES newsletter (id),
    source TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    started BIGINT NOT NULL,
    finished BIGINT,
    added BIGINT NOT NULL DEFAULT 0,
    updated BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0
);

-- Append-only (triggers below). number counts from 1 for each (subscriber, newsletter). event:
-- 1 subscribed (pending), 2 confirmed, 3 stated by the operator, 4 changed, 5 unsubscribed,
-- 6 suspended, 7 reinstated. source and wording are '' where the batch says it for all.
CREATE TABLE consent (
    subscriber BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event SMALLINT NOT NULL CHECK (event BETWEEN 1 AND 7),
    how TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    wording TEXT NOT NULL DEFAULT '',
    batch BIGINT,
    PRIMARY KEY (subscriber, newsletter, number)
) WITHOUT ROWID;

CREATE TRIGGER consent_is_append_only_update BEFORE UPDATE ON consent
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;
CREATE TRIGGER consent_is_append_only_delete BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;

-- An address that must not be mailed, by keyed hash. scope: newsletter id, 0 for all.
CREATE TABLE suppression (
    hash BLOB NOT NULL,
    newsletter BIGINT NOT NULL DEFAULT 0,
    reason SMALLINT NOT NULL,
    evidence TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (hash, newsletter)
) WITHOUT ROWID;

-- phase: 0 building (nobody may claim), 1 open, 2 cancelled. held is a flag the claim reads.
-- source is the deflated source file, so that a crash goes on with what was frozen. valid_for is
-- seconds. fanned is the last subscriber the fan-out has done.
CREATE TABLE edition (
    id INTEGER PRIMARY KEY,
    newsletter BIGINT NOT NULL REFERENCES newsletter (id),
    slug TEXT NOT NULL,
    date TEXT NOT NULL,
    class SMALLINT NOT NULL CHECK (class BETWEEN 0 AND 2),
    phase SMALLINT NOT NULL DEFAULT 0 CHECK (phase BETWEEN 0 AND 2),
    held SMALLINT NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    hash BLOB NOT NULL,
    subject TEXT NOT NULL,
    headline TEXT NOT NULL,
    standfirst TEXT NOT NULL DEFAULT '',
    source_name TEXT NOT NULL,
    source BLOB NOT NULL,
    created BIGINT NOT NULL,
    released BIGINT NOT NULL,
    valid_for BIGINT NOT NULL CHECK (valid_for > 0),
    resend_in_doubt SMALLINT NOT NULL DEFAULT 0 CHECK (resend_in_doubt IN (0, 1)),
    fanned BIGINT NOT NULL DEFAULT 0,
    UNIQUE (newsletter, slug)
);
CREATE INDEX edition_open ON edition (phase, class);

-- MIME once per distinct selection; body is the packed variant (model/variant.h), deflated.
CREATE TABLE variant (
    id INTEGER PRIMARY KEY,
    edition BIGINT NOT NULL REFERENCES edition (id),
    selection TEXT NOT NULL,
    format SMALLINT NOT NULL CHECK (format IN (0, 1)),
    parts BIGINT NOT NULL,
    size BIGINT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (edition, selection)
);

-- What each choice of the partition leads to: a variant, or none with the reason; and when.
CREATE TABLE selection (
    edition BIGINT NOT NULL REFERENCES edition (id),
    prefs BIGINT NOT NULL REFERENCES prefs (id),
    variant BIGINT REFERENCES variant (id),
    reason SMALLINT NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    PRIMARY KEY (edition, prefs)
) WITHOUT ROWID;

-- The ledger: one row per (edition, subscriber). due is when it was first due and never changes,
-- next when it may be tried (NULL once nothing will be); both in seconds. sender is the lease and
-- the fence. tries counts charged attempts. States and reasons: model/message.h.
-- No REFERENCES: the fan-out makes rows from subscription and edition themselves, a look-up in
-- each for every row made it half as slow again (measured), and an erased subscriber leaves the
-- row behind as proof. No index by subscriber either: leasing and settling would have to write it;
-- whoever asks about one person looks up (edition, subscriber) in each edition.
CREATE TABLE message (
    edition BIGINT NOT NULL,
    subscriber BIGINT NOT NULL,
    variant BIGINT,
    state SMALLINT NOT NULL CHECK (state BETWEEN 0 AND 13),
    reason SMALLINT NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    next BIGINT,
    tries SMALLINT NOT NULL DEFAULT 0,
    sender BIGINT,
    PRIMARY KEY (edition, subscriber)
) WITHOUT ROWID;

-- What may be claimed, in the order it is claimed. SQLite uses a partial index only where its very
-- condition stands in the query: write `state IN (0, 2) AND state = 0`.
CREATE INDEX message_waiting ON message (state, edition, next) WHERE state IN (0, 2);
CREATE INDEX message_in_hand ON message (sender) WHERE sender IS NOT NULL;

-- What servers said, each distinct text once; the words that differ from message to message (queue
-- ids) are '*' here and stand in attempt.words (store/interned.h).
CREATE TABLE reply (
    id INTEGER PRIMARY KEY,
    code INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (text, code)
);

-- number counts from 1 for each message.
CREATE TABLE attempt (
    edition BIGINT NOT NULL,
    subscriber BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    relay TEXT NOT NULL,
    reply BIGINT NOT NULL REFERENCES reply (id),
    words TEXT NOT NULL DEFAULT '',
    verdict SMALLINT NOT NULL,
    PRIMARY KEY (edition, subscriber, number)
) WITHOUT ROWID;

-- Sender numbers are never reused. until is renewed each turn; a row whose time has passed, or
-- whose lock file is free on this host, is reaped.
CREATE TABLE sender (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    started BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- What people and automatisms did to rows, for "who did this?".
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    rows_changed BIGINT NOT NULL DEFAULT 0
);
