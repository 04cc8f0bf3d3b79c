-- Messages in the hand of a sender that is not there: nobody would ever take them back.
SELECT count(*), min(edition), min(subscriber) FROM message
WHERE sender IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sender s WHERE s.id = message.sender)
