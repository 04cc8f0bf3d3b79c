-- Notices are editions whose readers are not the active subscribers. audience says who may get an
-- edition: 0 active subscribers, 1 pending ones (to confirm), 2 those who have left (goodbye),
-- 3 anyone, subscribed or not (reports to the operator). The claim checks it.
ALTER TABLE edition ADD COLUMN audience SMALLINT NOT NULL DEFAULT 0
    CHECK (audience BETWEEN 0 AND 3);
