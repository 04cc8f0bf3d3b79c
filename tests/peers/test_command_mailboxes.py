"""Mails to the command address end to end with real servers: Postfix takes them, Dovecot holds the
mailbox, and the role `commands` reads it over IMAPS and POP3S."""

import email
import email.policy
import smtplib
import unittest

import commandmail
import mailservers
import sinks
import tidings
from daemons import Daemon
from mailservers import MailServers, until

mailservers.need()

NOW = "2026-11-20T12:00:00Z"


class EndToEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(MailServers())

    def write(self, subject, to, sender, **headers):
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("A mail of a reader.\n")
        with smtplib.SMTP("127.0.0.1", self.servers.smtp) as server:
            server.send_message(mail, sender, [to])

    def status(self, instance, address):
        rows = {row["email"]: row["status"] for row in instance.json("subscriber", "list")}
        return rows.get(address)

    def day(self, kind):
        sink = self.enterContext(sinks.PySink())
        instance = self.enterContext(tidings.Instance(sink.port, now=NOW))
        commandmail.switch_on(instance)
        self.servers.configure(instance, kind, key="commands", user="tidings")
        daemon = Daemon(instance, "commands", now=NOW)
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(9))
        said = lambda: "\n".join(daemon.lines) + self.servers.log()
        self.write("subscribe", commandmail.DESK, "ann@readers.example")
        self.write("away", commandmail.DESK, "bob@readers.example", Auto_Submitted="auto-replied")
        until(lambda: self.status(instance, "ann@readers.example") == "pending", "asked", said)
        instance.run("send", "--drain", now="2026-11-20T12:30:00Z")  # the daemon's clock has gone on
        question, = [email.message_from_bytes(mail.content, policy=email.policy.default)
                     for mail in sink.mails]
        # the token of the reply is in the envelope, which Postfix writes into Delivered-To
        self.write("Re: Please confirm", str(question["Reply-To"]).strip("<>"), "ann@readers.example")
        until(lambda: self.status(instance, "ann@readers.example") == "active", "confirmed", said)
        until(lambda: not self.servers.mailbox("tidings"), "an empty mailbox", said)
        self.assertIsNone(self.status(instance, "bob@readers.example"))
        self.assertEqual(daemon.end(), 0)

    def test_over_imaps(self):
        self.day("imaps")

    def test_over_pop3s(self):
        self.day("pop3s")


if __name__ == "__main__":
    unittest.main()
