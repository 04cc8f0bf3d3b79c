"""Who signs off and on again within a day: what was not sent because they had left is sent once they are
back, by whatever door, and nothing is sent twice."""

import email
import email.policy
import re
import unittest

import commandmail
import sinks
import tidings
from web import Web

NOW = "2026-11-20T12:00:00Z"
SOON = "2026-11-20T12:05:00Z"  # senders: a command's clock goes on while it runs, and what it queues is due then
LATER = "2026-11-20T14:00:00Z"
ANN = "ann@readers.example"
QUESTION = "Please confirm: The Daily Briefing"
WELCOME = "Welcome to The Daily Briefing"
GOODBYE = "You have left The Daily Briefing"
BASIS = ("--confirmed", "--source", "a form")


class Case(unittest.TestCase):
    def setUp(self):
        self.refuse = None  # a reply to RCPT
        self.sink = self.enterContext(sinks.PySink(
            lambda stage, argument: self.refuse if stage == "RCPT" else None))
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.instance.configure("# signups:\n", "signups:\n  newsletter: daily\n")
        commandmail.switch_on(self.instance)

    def send(self, now=SOON):
        """The subjects of what arrives."""
        before = len(self.sink.mails)
        self.instance.run("send", "--drain", now=now, check=self.refuse is None)
        self.came = [email.message_from_bytes(mail.content, policy=email.policy.default)
                     for mail in self.sink.mails[before:]]
        return sorted(str(mail["Subject"]) for mail in self.came)

    def command(self):
        return self.instance.json("subscribe", ANN, "--newsletter", "daily")["confirmation"]

    def file(self):
        (self.instance.dir / "subscribers" / "incoming" / "a.csv").write_text(f"{ANN}\n", encoding="utf-8")
        self.instance.run("subscriber", "take-in")

    def mail(self):
        self.instance.run("mail", "ingest", input=commandmail.mail("subscribe", sender=ANN))

    def leave(self):
        self.instance.run("unsubscribe", ANN)

    def confirm(self):
        self.instance.run("subscriber", "confirm", ANN, "--source", "by telephone")

    def link(self, path):
        """The link of that kind in what came last."""
        for mail in self.came:
            found = re.search(rf"{Web.base}/{path}/[A-Za-z0-9_-]+", mail.get_body(("plain",)).get_content())
            if found:
                return found.group()
        raise AssertionError(f"no link /{path}/ came")


class Question(Case):
    def test_it_is_asked_once_after_coming_back_by_any_door(self):
        # a signup file brings back nobody who has left (docs/tidings-subscriber.md)
        for name in ("command", "mail"):
            with self.subTest(name):
                self.setUp()
                come = getattr(self, name)
                for _ in range(3):
                    come()
                    self.leave()
                    self.assertEqual(self.send(), [])
                come()
                self.assertEqual(self.send(), [QUESTION])
                for _ in range(2):
                    self.leave()
                    come()
                    self.assertEqual(self.send(), [])

    def test_a_file_first_and_a_command_later(self):
        self.file()
        self.leave()
        self.assertEqual(self.send(), [])
        self.file()
        self.assertEqual(self.send(), [])
        self.assertEqual(self.command(), "queued")
        self.assertEqual(self.send(), [QUESTION])

    def test_the_answer_says_what_is_so(self):
        self.assertEqual(self.command(), "queued")
        self.leave()
        self.assertEqual(self.command(), "already")  # it waits still
        self.leave()
        self.send()
        self.assertEqual(self.command(), "queued")
        self.assertEqual(self.send(), [QUESTION])
        self.assertEqual(self.command(), "already")

    def test_back_before_a_sender_comes_to_it(self):
        self.command()
        self.leave()
        self.mail()
        self.assertEqual(self.send(), [QUESTION])
        self.assertEqual(self.send(), [])

    def test_what_was_put_off_is_as_good_as_not_sent(self):
        self.refuse = "451 4.7.1 greylisted"
        self.command()
        self.assertEqual(self.send(), [])
        self.leave()
        self.refuse = None
        self.assertEqual(self.send(LATER), [])
        self.instance.run("subscribe", ANN, "--newsletter", "daily", now=LATER)
        self.assertEqual(self.send(LATER), [QUESTION])
        self.assertEqual(self.send(LATER), [])

    def test_what_an_administrator_withdrew_stays_withdrawn(self):
        self.command()
        self.instance.run("queue", "cancel", f"address={ANN}")
        self.assertEqual(self.command(), "already")
        self.assertEqual(self.send(), [])
        notice, = [row for row in self.instance.json("edition", "list", "--notices")]
        self.instance.run("edition", "cancel", str(notice["edition"]))
        bob = self.instance.json("subscribe", "bob@readers.example", "--newsletter", "daily")
        self.assertEqual(bob["confirmation"], "already")
        self.assertEqual(self.send(), [])

    def test_whom_we_must_not_mail_is_asked_once_we_may(self):
        self.command()
        self.instance.run("subscriber", "suppress", ANN, "--reason", "by letter")
        self.assertEqual(self.send(), [])
        self.instance.run("subscriber", "reinstate", ANN, "--reason", "by telephone")
        self.assertEqual(self.command(), "queued")
        self.assertEqual(self.send(), [QUESTION])
        self.assertEqual(self.command(), "already")
        self.assertEqual(self.send(), [])

    def test_a_question_put_off_by_a_full_hour_waits_for_who_was_pending_before(self):
        self.instance.configure("# optin:", "optin:\n  per_hour: 1\n#")
        people = self.instance.dir / "people.csv"
        people.write_text(f"{ANN}\n", encoding="utf-8")
        self.instance.run("subscriber", "import", people, "--newsletter", "daily")
        self.instance.run("subscribe", "bob@readers.example", "--newsletter", "daily")
        self.assertEqual(self.command(), "waits")
        self.assertEqual(self.instance.json("subscriber", "tend", now=LATER)["asked"], 1)
        self.assertEqual(self.send(LATER), [QUESTION, QUESTION])


class Welcome(Case):
    def test_one_welcome_and_one_goodbye_however_often(self):
        self.command()
        self.send()
        self.confirm()
        self.leave()  # before the welcome is out
        self.assertEqual(self.send(), [GOODBYE])
        self.command()
        self.confirm()
        self.assertEqual(self.send(), [WELCOME])
        for _ in range(2):
            self.leave()
            self.assertEqual(self.send(), [])
            self.command()
            self.confirm()
            self.assertEqual(self.send(), [])

    def test_a_goodbye_that_a_return_made_moot_is_said_when_they_leave_for_good(self):
        self.instance.run("subscribe", ANN, "--newsletter", "daily", *BASIS)
        self.leave()
        self.instance.run("subscribe", ANN, "--newsletter", "daily", *BASIS)
        self.assertEqual(self.send(), [])
        self.leave()
        self.assertEqual(self.send(), [GOODBYE])

    def test_the_issue_that_was_withdrawn_comes_once_they_are_back(self):
        self.instance.run("subscribe", ANN, "--newsletter", "daily", *BASIS)
        self.instance.briefing("daily", "2026-11-20.md", "The lead of the day is this.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        issue = "The Daily Briefing: The lead of the day is this."
        self.leave()
        self.assertEqual(self.send(), [GOODBYE])
        self.command()
        self.assertEqual(self.send(), [QUESTION])
        self.confirm()
        self.assertEqual(self.send(), [issue, WELCOME])
        self.leave()
        self.command()
        self.confirm()
        self.assertEqual(self.send(), [])

    def test_by_the_pages(self):
        web = self.enterContext(Web(self.instance, now=NOW))
        self.command()
        self.assertEqual(self.send(), [QUESTION])
        confirm = self.link("c")
        web.post(confirm)
        self.assertEqual(self.send(LATER), [WELCOME])
        leave, choices = self.link("u"), self.link("p")
        web.post(leave)
        web.post(choices, {"return": "yes"})
        self.assertEqual(self.send(LATER), [])  # the goodbye is moot, the welcome was sent
        web.post(leave)
        self.assertEqual(self.send(LATER), [GOODBYE])
        self.assertEqual(self.command(), "already")
        web.post(confirm)
        self.assertEqual(self.instance.json("subscriber", "show", ANN)["subscriptions"][0]["status"],
                         "active")
        self.assertEqual(self.send(LATER), [])


if __name__ == "__main__":
    unittest.main()
