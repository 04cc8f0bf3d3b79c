-- A signup that waits no longer.
DELETE FROM optin WHERE newsletter = $newsletter AND subscriber = $subscriber
