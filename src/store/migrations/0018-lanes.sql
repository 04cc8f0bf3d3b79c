-- What waits of an edition waits in lanes: most of it in the common one (0), in the order of the
-- subscribers, so that what is claimed together lies together; each domain group that a limit held back
-- once in its own, which a claim can go past in one step. apart: the group has one.
ALTER TABLE message RENAME COLUMN domain_group TO lane;
ALTER TABLE domain_group ADD COLUMN apart SMALLINT NOT NULL DEFAULT 0 CHECK (apart IN (0, 1));
CREATE INDEX domain_group_apart ON domain_group (id) WHERE apart = 1;
CREATE VIEW subscriber_lane AS
SELECT s.id AS subscriber, g.id AS lane
FROM subscriber s JOIN domain_group g ON g.id = s.domain_group
WHERE g.apart = 1;
