-- Mails to the command address that were read from a mailbox, known by their hash: a mailbox may give
-- one again, and it must not act twice. tries: how often it was begun.
CREATE TABLE command_mail (
    digest BYTEA PRIMARY KEY,
    at BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    done INTEGER NOT NULL
);
