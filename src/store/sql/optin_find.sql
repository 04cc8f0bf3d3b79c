-- What became of a signup.
SELECT since, asked, reminded, wording FROM optin
WHERE newsletter = $newsletter AND subscriber = $subscriber
