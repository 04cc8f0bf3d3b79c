-- Signups that are not pending any more, whatever made them so.
DELETE FROM optin
WHERE NOT EXISTS (SELECT 1 FROM subscription u
                  WHERE u.newsletter = optin.newsletter AND u.subscriber = optin.subscriber
                    AND u.status = 0)
