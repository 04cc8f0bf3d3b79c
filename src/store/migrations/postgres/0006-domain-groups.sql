-- Limits and feedback go by domain group (model/group.h): each message knows its own, so that a claim
-- takes what a group has room for and goes past a group that has none in one step. 0: not known.
CREATE TABLE domain_group (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO id_counter (kind, last) VALUES ('domain_group', 0);

-- Of the person's domain. The fan-out copies it into the message.
ALTER TABLE subscriber ADD COLUMN domain_group BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN domain_group BIGINT NOT NULL DEFAULT 0;

-- What may be claimed, in the order it is claimed within an edition: groups take turns, each with what
-- is due first.
DROP INDEX message_waiting;
CREATE INDEX message_waiting ON message (state, edition, domain_group, next)
    WHERE state IN (0, 2);
