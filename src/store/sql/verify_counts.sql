-- How much there is.
SELECT (SELECT count(*) FROM newsletter), (SELECT count(*) FROM subscriber),
       (SELECT count(*) FROM subscription), (SELECT count(*) FROM consent),
       (SELECT count(*) FROM suppression), (SELECT count(*) FROM edition),
       (SELECT count(*) FROM variant), (SELECT count(*) FROM message),
       (SELECT count(*) FROM attempt), (SELECT count(*) FROM reply)
