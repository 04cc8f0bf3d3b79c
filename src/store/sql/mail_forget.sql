-- Mails that no mailbox gives again any more.
DELETE FROM command_mail WHERE at < $before
