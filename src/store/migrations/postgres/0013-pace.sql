-- Limits and health that all senders share.

-- What is known of a configured relay. failures in a row since the first of them (since), the last
-- (failed); again: nobody opens a session before, whoever does moves it on. refuses: it takes no
-- message either. proven: when a session was last seen to stand. Instants are microseconds, 0: never.
CREATE TABLE relay (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    failures INTEGER NOT NULL DEFAULT 0,
    since BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    again BIGINT NOT NULL DEFAULT 0,
    refuses SMALLINT NOT NULL DEFAULT 0 CHECK (refuses IN (0, 1)),
    proven BIGINT NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT ''
);
INSERT INTO id_counter (kind, last) VALUES ('relay', 0);

-- What a sender may use of a relay now: sessions, and messages it has begun or is about to that count
-- towards a rate. The sum over senders never exceeds the relay's limits; reaping a sender ends its own.
CREATE TABLE sender_grant (
    sender BIGINT NOT NULL,
    relay BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (sender, relay)
);

-- Messages a relay with a rate was given: span 0 at the very instant, for the last second; span 60 in
-- the minute that begins at `at`, for the last day.
CREATE TABLE relay_use (
    relay BIGINT NOT NULL,
    span SMALLINT NOT NULL CHECK (span IN (0, 60)),
    at BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (relay, span, at)
);

-- Domain groups that had trouble by a relay: how many messages at once, in thousandths
-- (delivery/window.h). No row: as many as the relay has sessions. said: the reply that closed it last.
CREATE TABLE relay_window (
    relay BIGINT NOT NULL,
    domain_group BIGINT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 1000),
    changed BIGINT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (relay, domain_group)
);
