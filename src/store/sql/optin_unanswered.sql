-- Signups that were asked before then, not reminded, and have not answered.
SELECT newsletter, subscriber FROM optin
WHERE asked < $before AND reminded IS NULL
ORDER BY asked, newsletter, subscriber
LIMIT $most
