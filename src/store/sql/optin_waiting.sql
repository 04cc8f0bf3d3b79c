-- Signups whose confirmation has waited, oldest first.
SELECT newsletter, subscriber FROM optin
WHERE asked IS NULL
ORDER BY since, newsletter, subscriber
LIMIT $most
