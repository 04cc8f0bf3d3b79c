"""Mail to the command address: acts by a token, asks back without one, and answers no machine."""

import email
import email.policy
import re
import unittest

import commandmail
import sinks
import tidings
from commandmail import DESK

NOW = "2026-11-20T12:00:00Z"
AUTOMATIC = {
    "auto-replied": "Auto-Submitted: auto-replied",
    "auto-generated": "Auto-Submitted: auto-generated (vacation)",
    "bulk": "Precedence: bulk",
    "list": "Precedence: list",
    "junk": "Precedence: junk",
    "list-id": "List-Id: <x.example>",
    "list-unsubscribe": "List-Unsubscribe: <mailto:x@x.example>",
    "x-autoreply": "X-Autoreply: yes",
    "x-loop": "X-Loop: tidings",
    "null sender": "Return-Path: <>",
    "loop": "\n".join(["Received: from a by b"] * 101),
}


class MailCommands(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        commandmail.switch_on(self.instance)

    def send(self):
        before = len(self.sink.mails)
        self.instance.run("send", "--drain")
        return [email.message_from_bytes(mail.content, policy=email.policy.default)
                for mail in self.sink.mails[before:]]

    def mail(self, subject="", text="", to=DESK, sender="ann@readers.example", extra=None, **more):
        """Hands a mail in as Postfix does; what became of it."""
        words = commandmail.mail(subject, text, to, sender, extra)
        return self.instance.json("mail", "ingest", input=words, **more)

    def subscribe(self, address="ann@readers.example", *words):
        self.instance.run("subscribe", address, "--newsletter", "daily", "--confirmed",
                          "--source", "test", *words)

    def status(self, address="ann@readers.example"):
        person = self.instance.json("subscriber", "show", address)
        return person["subscriptions"][0]["status"]

    def ledger(self, address="ann@readers.example"):
        person = self.instance.json("subscriber", "show", address)
        return [(row["event"], row["how"]) for row in person["consent"]]

    def issue(self):
        self.instance.briefing("daily", "2026-11-20.md", "The lead of the day is this.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        mail, = self.send()
        return mail

    # ---- joining -----------------------------------------------------------------------------

    def test_subscribe_is_answered_by_a_confirmation_and_a_reply_confirms(self):
        self.assertEqual(self.mail("subscribe")["result"], "asked")
        question, = self.send()
        self.assertEqual(question["Subject"], "Please confirm: The Daily Briefing")
        address = str(question["Reply-To"]).strip("<>")
        self.assertRegex(address, r"^tidings\+[a-z2-7]{20,48}@news\.example$")
        quoted = "> Someone asked us to send The Daily Briefing\n> If it was not you, do nothing."
        self.assertEqual(self.mail("Re: Please confirm", quoted, to=address)["result"], "confirmed")
        self.assertEqual(self.status(), "active")
        self.assertEqual(self.ledger(), [("subscribed", "mail"), ("confirmed", "mail")])
        welcome, = self.send()
        self.assertEqual(welcome["Subject"], "Welcome to The Daily Briefing")
        self.assertEqual(self.mail("Re: Please confirm", to=address)["result"], "nothing")

    def test_an_address_in_capitals_is_the_same(self):
        self.mail("subscribe")
        question, = self.send()
        address = str(question["Reply-To"]).strip("<>").upper()
        self.assertEqual(self.mail("Re: x", to=address)["result"], "confirmed")

    def test_the_newsletter_may_be_named(self):
        self.mail("Subscribe weekly")
        question, = self.send()
        self.assertEqual(question["Subject"], "Please confirm: The Week")

    def test_a_no_is_no_yes(self):
        for text in ("No, I did not ask for this!", "Please stop it", "Not me", "Don't."):
            with self.subTest(text):
                sender = f"{abs(hash(text))}@readers.example"
                self.mail("subscribe", sender=sender)
                question, = self.send()
                address = str(question["Reply-To"]).strip("<>")
                self.mail("Re: Please confirm", f"{text}\n\n> yes or no?", to=address)
                self.assertEqual(self.status(sender), "unsubscribed")
                self.assertEqual(self.send(), [])

    def test_the_token_of_a_link_confirms_behind_the_command(self):
        self.mail("subscribe")
        question, = self.send()
        token = re.search(r"/c/([A-Za-z0-9_-]+)",
                          question.get_body(("plain",)).get_content()).group(1)
        self.assertEqual(self.mail("", f"confirm {token}")["result"], "confirmed")

    def test_what_claims_to_be_from_us_is_not_answered(self):
        for sender in (DESK, DESK.upper(), DESK.replace("@", "+abc@")):
            self.assertEqual(self.mail("subscribe", sender=sender)["result"], "automatic")
        self.assertEqual(self.mail("subscribe", sender="x" + DESK)["result"], "asked")
        self.assertEqual(len(self.send()), 1)

    def test_a_hundred_requests_in_one_name_make_one_mail(self):
        for i in range(100 if tidings.FULL else 25):
            self.mail(("subscribe", "join", "SUBSCRIBE daily")[i % 3], sender="victim@readers.example")
        self.assertEqual(len(self.send()), 1)

    # ---- leaving -----------------------------------------------------------------------------

    def test_the_mailto_of_a_mail_unsubscribes_machines_included(self):
        for i, extra in enumerate([None, AUTOMATIC["auto-generated"]]):
            with self.subTest(extra):
                self.sink.mails.clear()
                address = f"r{i}@readers.example"
                self.subscribe(address)
                self.instance.briefing("daily", f"2026-11-20-n{i}.md", "The lead is this one.\n")
                self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", "--name",
                                  f"n{i}")
                mail, = [mail for mail in self.send() if str(mail["To"]) == address]
                web, by_mail = re.fullmatch(
                    r"<(https://\S+)>,\s*<mailto:(\S+)\?subject=unsubscribe>",
                    mail["List-Unsubscribe"]).groups()
                self.assertIn("/u/", web)
                done = self.mail("unsubscribe", to=by_mail, sender="elsewhere@other.example",
                                 extra=extra)
                self.assertEqual(done["result"], "unsubscribed")
                self.assertEqual(self.status(address), "unsubscribed")

    def test_without_a_token_it_asks_and_a_reply_unsubscribes(self):
        self.subscribe()
        self.assertEqual(self.mail("Unsubscribe")["result"], "asked")
        self.assertEqual(self.status(), "active")
        question, = self.send()
        self.assertEqual(question["Subject"], "Do you want to leave The Daily Briefing?")
        self.assertEqual(question["Auto-Submitted"], "auto-replied")
        address = str(question["Reply-To"]).strip("<>")
        no = self.mail("Re: Do you want to leave?", "No, not me!", to=address)
        self.assertEqual((no["result"], self.status()), ("nothing", "active"))
        self.assertEqual(self.mail("Re: Do you want to leave?", to=address)["result"],
                         "unsubscribed")
        self.assertEqual(self.status(), "unsubscribed")
        for _ in range(5):
            self.mail("unsubscribe")
        self.assertEqual([mail["Subject"] for mail in self.send()],
                         ["You have left The Daily Briefing"])

    def test_forged_and_altered_tokens_do_nothing(self):
        self.subscribe()
        self.subscribe("bob@readers.example")
        mail = self.instance.run("mail", "ingest", input="From: x@y.example\n\nhelp\n")
        by_mail = None
        self.instance.briefing("daily", "2026-11-20.md", "The lead of the day is this.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        for mail in self.send():
            by_mail = re.search(r"<mailto:([^?]+)", mail["List-Unsubscribe"]).group(1)
        token = by_mail.split("+")[1].split("@")[0]
        for place in range(0, len(token), 1 if tidings.FULL else 4):
            other = "b" if token[place] == "a" else "a"
            altered = token[:place] + other + token[place + 1:]
            done = self.mail("unsubscribe", to=f"tidings+{altered}@news.example")
            self.assertEqual(done["result"], "bad_token", altered)
        self.assertEqual(self.mail("unsubscribe", to="tidings+@news.example")["result"], "asked")
        self.assertEqual((self.status(), self.status("bob@readers.example")), ("active", "active"))

    # ---- who is not answered -----------------------------------------------------------------

    def test_automatic_mail_is_not_answered_and_confirms_nothing(self):
        self.subscribe("bob@readers.example")
        self.mail("subscribe")
        question, = self.send()
        address = str(question["Reply-To"]).strip("<>")
        for name, extra in AUTOMATIC.items():
            with self.subTest(name):
                self.assertEqual(self.mail("Re: confirm", to=address, extra=extra)["result"],
                                 "automatic")
                for subject in ("subscribe", "unsubscribe", "help"):
                    self.assertEqual(
                        self.mail(subject, sender="bob@readers.example", extra=extra)["result"],
                        "automatic")
        for sender in ("MAILER-DAEMON@x.example", "noreply@x.example"):
            self.assertEqual(self.mail("subscribe", sender=sender)["result"], "automatic")
        self.assertEqual(self.status(), "pending")
        self.assertEqual(self.send(), [])

    def test_our_own_mail_is_never_answered(self):
        self.subscribe()
        self.mail("help")
        answer, = self.send()
        for mail in (answer, self.issue()):
            done = self.instance.json("mail", "ingest", input=mail.as_string())
            self.assertEqual(done["result"], "automatic")
        self.assertEqual(self.send(), [])

    def test_help_is_for_those_we_know_and_once_a_day(self):
        self.subscribe()
        for _ in range(3):
            self.assertEqual(self.mail("HELP")["result"], "asked")
        answer, = self.send()
        self.assertEqual(answer["Subject"], "How to write to The Daily Briefing")
        self.assertEqual(answer["Auto-Submitted"], "auto-replied")
        self.assertIn(DESK, answer.get_body(("plain",)).get_content())
        self.assertEqual(self.mail("help", sender="stranger@x.example")["result"], "no_command")
        self.assertEqual(self.mail("unsubscribe", sender="stranger@x.example")["result"],
                         "no_command")
        self.assertEqual(self.send(), [])

    def test_anything_else_does_nothing(self):
        self.subscribe()
        for subject, text in (("Thank you", "for the good work"), ("", ""), ("=?utf-8?q?h=C3=A9?=", ""),
                              ("confirm", ""), ("yes", "yes"), ("Re: Re: hello", "> subscribe")):
            self.assertEqual(self.mail(subject, text)["result"], "no_command", subject)
        for raw in ("", "\n\n", "no header at all", "From: \x01\nSubject: subscribe\n\n",
                    "From: a@b.example, c@d.example\nSubject: subscribe\n\n",
                    "Subject: subscribe\nFrom: ann\n\n"):
            done = self.instance.json("mail", "ingest", input=raw)
            self.assertIn(done["result"], ("no_command", "automatic"), raw)
        self.assertEqual(self.send(), [])
        self.assertEqual(self.instance.query("SELECT count(*) FROM subscriber"), [(1,)])

    # ---- the mail server's side --------------------------------------------------------------

    def test_exit_codes_keep_mail_that_could_not_be_taken(self):
        self.instance.configure("command_address:", "# command_address:")
        done = self.instance.run("mail", "ingest", input="Subject: help\n\n", check=False)
        self.assertEqual(done.returncode, 75)
        self.assertIn("command_address", done.stderr)
        usage = self.instance.run("mail", "ingest", "--sender", "a\nb", input="", check=False)
        self.assertEqual(usage.returncode, 64)

    def test_the_envelope_may_come_by_options(self):
        self.mail("subscribe")
        question, = self.send()
        address = str(question["Reply-To"]).strip("<>")
        done = self.instance.json("mail", "ingest", "--recipient", address, "--sender",
                                  "ann@readers.example",
                                  input="From: ann@readers.example\nSubject: Re: x\n\nyes\n")
        self.assertEqual(done["result"], "confirmed")

    def test_without_a_command_address_mails_offer_none(self):
        self.instance.configure("command_address:", "# command_address:")
        self.subscribe()
        self.assertNotIn("mailto:", self.issue()["List-Unsubscribe"])
        self.instance.run("subscribe", "bob@readers.example", "--newsletter", "daily")
        question, = self.send()
        self.assertIsNone(question["Reply-To"])


if __name__ == "__main__":
    unittest.main()
