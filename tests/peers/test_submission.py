"""Through a real Postfix as submission server: STARTTLS, AUTH by Dovecot, greylisting, limits; what it
relays arrives whole, once, and with signatures that hold."""

import base64
import email
import email.policy
import pathlib
import re
import subprocess
import tempfile
import unittest

import submission
import sinks
import tidings

submission.need()

DAY = "2024-01-15"  # long past: dkimpy refuses signatures of the future
NOW = f"{DAY}T07:00:00Z"
BRIEFING = """---
title: Beds and crews
---
The lead is for everybody, with a “quotation”.

## Beds

.

..

.A line that begins with a dot

MAIL FROM: evil@x.example

RCPT TO: victim@x.example

DATA

.

Quit.
"""


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True,
                                     capture_output=True).stdout


class Case(unittest.TestCase):
    def begin(self, people=12, policy=None, more="", sessions=4):
        box = self.enterContext(tempfile.TemporaryDirectory(prefix="td-relayed-"))
        self.box = pathlib.Path(box)
        self.sink = self.enterContext(sinks.TidingsSink("--maildir", self.box))
        self.server = self.enterContext(submission.Submission(self.sink.port, policy, more))
        self.instance = self.enterContext(tidings.Instance(9, now=NOW))
        self.server.configure(self.instance)
        self.instance.configure("# sessions: 20", f"sessions: {sessions}")
        self.people = sorted(f"reader{number:03}@example.org" for number in range(people))
        self.instance.subscribe([{"email": who} for who in self.people])
        self.instance.briefing("daily", f"{DAY}.md", BRIEFING)

    def assemble(self):
        self.instance.run("edition", "assemble", "daily", "--date", DAY)

    def send(self, now=NOW, status=0):
        done = self.instance.run("send", "--drain", now=now, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr + self.server.log()[-3000:])
        return done

    def relayed(self):
        """{recipient: [mail, …]} as Postfix passed them on, without the sink's own two lines."""
        came = {}
        for path in (self.box / "new").iterdir():
            head, who, content = path.read_bytes().split(b"\r\n", 2)
            came.setdefault(who.removeprefix(b"Delivered-To: ").decode(), []).append(content)
        return came

    def check_each_once(self):
        self.server.wait_for(len(self.people))
        came = self.relayed()
        self.assertEqual(sorted(came), self.people)
        self.assertEqual({len(mails) for mails in came.values()}, {1})
        return {who: mails[0] for who, mails in came.items()}


class Submitting(Case):
    def test_with_starttls_and_auth_each_arrives_once_and_signed(self):
        self.begin()
        records = self.sign()
        self.assemble()
        self.send()
        self.assertEqual(self.instance.states(), {"sent": 12})
        mails = self.check_each_once()
        log = self.server.log()
        self.assertEqual(len(re.findall(r"sasl_method=\w+, sasl_username=" + submission.USER, log)), 12)
        for who, mail in mails.items():
            self.check_signatures(mail, records)
            self.assertTrue(mail.startswith(b"Received: from "), mail[:100])
            self.assertIn(b"ESMTPSA", mail.split(b"\r\n\r\n")[0])
            self.check_whole(email.message_from_bytes(mail, policy=email.policy.default), who)
        # its own words are kept as the receipt
        reply = self.instance.attempts(self.people[0])[0]
        self.assertRegex(reply[1], r"^250 2\.0\.0 Ok: queued as \w+$")

    def sign(self):
        """Two DKIM keys; {record name: record}."""
        keys = self.instance.dir / "conf" / "keys"
        text, records = "dkim:\n", {}
        for selector, kind, words in (("rsa", "rsa", ["-algorithm", "rsa", "-pkeyopt",
                                                      "rsa_keygen_bits:2048"]),
                                      ("ed", "ed25519", ["-algorithm", "ed25519"])):
            path = keys / f"{selector}.pem"
            openssl("genpkey", *words, "-out", path)
            path.chmod(0o600)
            der = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
            public = base64.b64encode(der if kind == "rsa" else der[-32:]).decode()
            records[f"{selector}._domainkey.{tidings.DOMAIN}."] = \
                f"v=DKIM1; k={kind}; p={public}".encode()
            text += (f"  - domain: {tidings.DOMAIN}\n    selector: {selector}\n"
                     f"    key_file: conf/keys/{selector}.pem\n")
        path = self.instance.dir / "conf" / "tidings.yaml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        return records

    def check_signatures(self, mail, records):
        try:
            import dkim
            import nacl  # noqa: F401: dkimpy needs it for Ed25519
        except ImportError as missing:
            self.skipTest(f"no {missing.name} for this Python")
        held = [dkim.DKIM(mail).verify(index, lambda name, timeout=5: records[name.decode()])
                for index in range(2)]
        self.assertEqual(held, [True, True])

    def check_whole(self, mail, who):
        self.assertEqual(mail["to"], who)
        text = mail.get_body(("plain",)).get_content()
        for words in ("“quotation”", "MAIL FROM: evil@x.example", "A line that begins with a dot"):
            self.assertIn(words, text)

    def test_a_wrong_password_is_the_relays_affair_and_said_at_once(self):
        self.begin(people=5)
        path = self.instance.dir / "conf" / "keys" / "relay-password"
        path.write_text("wrong\n", encoding="utf-8")
        self.assemble()
        done = self.send(status=69)
        self.assertIn("535 5.7.8", done.stderr)
        self.assertNotIn("wrong", done.stderr)
        rows = self.instance.queue().values()
        self.assertEqual({(row["state"], row["tries"]) for row in rows}, {("queued", 0)})
        path.write_text(submission.PASSWORD + "\n", encoding="utf-8")
        self.send(now=f"{DAY}T07:05:00Z")
        self.check_each_once()


class PuttingOff(Case):
    def test_greylisted_mail_comes_again_with_the_same_triplet_and_arrives(self):
        with submission.Greylist() as greylist:
            self.begin(policy=greylist.port)
            self.assemble()
            self.send(status=75)
            rows = self.instance.queue()
            self.assertEqual({(row["state"], row["tries"]) for row in rows.values()},
                             {("deferred", 1)})
            for row in rows.values():
                self.assertRegex(row["reply"], r"^450 4\.\d\.\d .*Greylisted, see you in five")
            self.assertEqual(self.server.relayed(), 0)
            self.send(now=f"{DAY}T07:06:00Z")
            self.check_each_once()
            first, second = greylist.seen[:12], greylist.seen[12:]
            self.assertEqual(sorted(first), sorted(second))  # standards B8: it is known again

    def test_a_limit_on_messages_puts_off_and_blames_nobody(self):
        self.begin(people=25, more="smtpd_client_message_rate_limit = 10\n"
                                   "anvil_rate_time_unit = 2s\n")
        self.assemble()
        done = self.send(status=75)
        rows = self.instance.queue().values()
        put_off = [row for row in rows if row["state"] == "deferred"]
        self.assertGreater(len(put_off), 0, done.stdout)
        for row in put_off:
            self.assertRegex(row["reply"], "^450 4.7.1 Error: too much mail from")
            self.assertEqual(row["tries"], 0)
        for minute in range(10, 580, 10):  # as fast as Postfix counts anew
            if not self.instance.states().get("deferred"):
                break
            later = f"{DAY}T{7 + minute // 60:02}:{minute % 60:02}:00Z"
            self.instance.run("send", "--drain", now=later, check=False)
        self.assertEqual(self.instance.states(), {"sent": 25})
        self.check_each_once()

    def test_a_limit_on_connections_is_lived_with(self):
        self.begin(people=40, sessions=10, more="smtpd_client_connection_count_limit = 3\n")
        self.assemble()
        for minute in range(0, 60, 6):
            self.instance.run("send", "--drain", now=f"{DAY}T07:{minute:02}:00Z", check=False)
            if self.instance.states() == {"sent": 40}:
                break
        self.assertEqual(self.instance.states(), {"sent": 40})
        self.check_each_once()
        self.assertEqual({row["tries"] for row in self.instance.queue().values()}, {1})


class Smuggling(Case):
    """Standards Q3: nothing that looks like the end of a message to anybody ends one."""

    def test_a_briefing_full_of_smtp_stays_one_mail_for_each_reader(self):
        self.begin(people=3)
        self.assemble()
        self.send()
        for mail in self.check_each_once().values():
            for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r\n"):
                self.assertNotIn(end, mail)
            self.assertNotRegex(mail, rb"(?<!\r)\n")
            self.assertNotRegex(mail, rb"\r(?!\n)")
            self.assertEqual(len(re.findall(rb"(?m)^=2E\r$", mail)), 2 * mail.count(b"text/plain"))
        self.assertNotIn("evil@x.example", self.server.log())


if __name__ == "__main__":
    unittest.main()
