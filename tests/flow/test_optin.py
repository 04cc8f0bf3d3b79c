"""Double opt-in: who signs up is asked, reminded once, and forgotten; who says yes is welcomed. And
what a stranger cannot make us do to somebody else's mailbox."""

import email
import email.policy
import re
import unittest

import sinks
import tidings

DAY1 = "2026-11-20T12:00:00Z"
BRIEFING = """# The day

The lead of the day goes to everybody who reads this.

## Money {.finance}

Finance has news today, and that is all.

## Staff {.workforce}

The workforce has news as well.
"""


def mail_of(content):
    return email.message_from_bytes(content, policy=email.policy.default)


class OptIn(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=DAY1))
        self.instance.configure("# web:\n#   base_url:", "web:\n  base_url:")

    def signup(self, address, *words, newsletter="daily", **more):
        return self.instance.json("subscribe", address, "--newsletter", newsletter, *words, **more)

    def send(self, now=DAY1):
        """What arrives: [(recipient, subject, mail)]."""
        before = len(self.sink.mails)
        self.instance.run("send", "--drain", now=now)
        return [(mail.recipients[0], str(mail_of(mail.content)["Subject"]), mail_of(mail.content))
                for mail in self.sink.mails[before:]]

    def subjects(self, now=DAY1):
        return sorted((to, subject) for to, subject, _ in self.send(now))

    def status(self, address, newsletter="daily"):
        person = self.instance.json("subscriber", "show", address)
        return {row["newsletter"]: row["status"] for row in person["subscriptions"]}.get(newsletter)

    def ledger(self, address):
        person = self.instance.json("subscriber", "show", address)
        return [(row["event"], row["how"]) for row in person["consent"]]

    def db(self, sql, *values):
        return self.instance.query(sql, *values)

    def confirm(self, address, **more):
        return self.instance.json("subscriber", "confirm", address, "--source", "by telephone",
                                  **more)

    def tend(self, now):
        return self.instance.json("subscriber", "tend", now=now)

    # ---- asking ------------------------------------------------------------------------------

    def test_who_signs_up_gets_a_confirmation_and_nothing_else(self):
        result = self.signup("Ann@readers.example", "--name", "Buy now at evil.example")
        self.assertEqual((result["status"], result["confirmation"]), ("pending", "queued"))
        self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
        assembled = self.instance.json("edition", "assemble", "daily", "--date", "2026-11-20")
        self.assertEqual(assembled["messages"], 0)
        (to, subject, mail), = self.send()
        self.assertEqual((to, subject),
                         ("Ann@readers.example", "Please confirm: The Daily Briefing"))
        for part in ("plain", "html"):
            text = mail.get_body((part,)).get_content()
            self.assertRegex(text, r"https://tidings\.news\.example/c/[A-Za-z0-9_-]{20,}")
            self.assertNotIn("evil.example", text)
        self.assertNotIn("Buy", str(mail["To"]))
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertIsNone(mail["List-Unsubscribe"])

    def test_a_text_reader_is_asked_in_text(self):
        self.signup("ann@readers.example", "--format", "text")
        (_, _, mail), = self.send()
        self.assertEqual(mail.get_content_type(), "text/plain")

    def test_an_import_asks_nobody(self):
        people = self.instance.dir / "people.csv"
        people.write_text("email\nann@readers.example\n", encoding="utf-8")
        self.instance.run("subscriber", "import", people, "--newsletter", "daily")
        self.assertEqual(self.send(), [])
        self.tend("2027-11-20T12:00:00Z")
        self.assertEqual(self.status("ann@readers.example"), "pending")

    def test_a_dry_run_asks_nobody(self):
        self.signup("ann@readers.example", "--dry-run")
        self.assertEqual(self.send(), [])
        self.assertEqual(self.db("SELECT count(*) FROM subscriber"), [(0,)])

    def test_whoever_confirms_before_it_is_sent_is_not_asked(self):
        self.signup("ann@readers.example")
        self.confirm("ann@readers.example")
        self.assertEqual(self.subjects(), [("ann@readers.example",
                                            "Welcome to The Daily Briefing")])
        self.assertEqual(self.instance.queue("reason=moot")["ann@readers.example"]["state"],
                         "cancelled")

    # ---- a stranger's limits -----------------------------------------------------------------

    def test_a_victim_signed_up_again_and_again_gets_one_mail(self):
        times = 1000 if tidings.FULL else 40
        self.assertEqual(self.signup("victim@readers.example")["confirmation"], "queued")
        for i in range(times // 2):
            spelling = "victim@readers.example" if i % 2 else "VICTIM@Readers.Example"
            self.assertEqual(self.signup(spelling)["confirmation"], "already")
        self.assertEqual(len(self.send()), 1)
        for _ in range(times // 2):
            self.assertEqual(self.signup("victim@readers.example")["confirmation"], "already")
        self.assertEqual(self.send(), [])
        self.assertEqual(self.ledger("victim@readers.example"), [("subscribed", "command")])

    def test_signing_off_and_on_again_makes_no_second_mail(self):
        for _ in range(5):
            self.signup("victim@readers.example")
            self.send()
            self.instance.run("unsubscribe", "victim@readers.example")
        self.send()
        self.assertEqual(len(self.sink.mails), 1)

    def test_one_address_gets_only_so_many_in_a_week_whatever_the_newsletter(self):
        self.instance.configure("# optin:", "optin:\n  per_address: 4\n#")
        for day in range(20, 27):
            for newsletter in ("daily", "live", "weekly"):
                now = f"2026-11-{day}T12:00:00Z"
                self.signup("victim@readers.example", newsletter=newsletter, now=now)
            self.send(now)
        self.assertEqual(len(self.sink.mails), 4)
        now = "2026-12-01T12:00:00Z"
        self.assertEqual(self.signup("victim@readers.example", now=now)["confirmation"], "queued")

    def test_one_origin_signs_up_only_so_many_in_an_hour(self):
        self.instance.configure("# optin:", "optin:\n  per_source: 3\n#")
        for i in range(3):
            self.signup(f"r{i}@readers.example", "--origin", "192.0.2.7")
        refused = self.instance.run("subscribe", "r3@readers.example", "--newsletter", "daily",
                                    "--origin", "192.0.2.7", check=False)
        self.assertEqual(refused.returncode, 75)
        self.assertEqual(self.db("SELECT count(*) FROM subscriber"), [(3,)])
        self.signup("r3@readers.example", "--origin", "192.0.2.8")
        self.signup("r4@readers.example", "--origin", "192.0.2.7", now="2026-11-20T13:00:01Z")
        self.assertNotIn(b"192.0.2.7", (self.instance.dir / "queue/tidings.db").read_bytes())

    def test_only_so_many_are_asked_in_an_hour_and_the_others_later(self):
        self.instance.configure("# optin:", "optin:\n  per_hour: 3\n#")
        asked = [self.signup(f"r{i}@readers.example")["confirmation"] for i in range(5)]
        self.assertEqual(asked, ["queued"] * 3 + ["waits"] * 2)
        self.assertEqual(len(self.send()), 3)
        self.assertEqual(self.tend("2026-11-20T12:30:00Z")["asked"], 0)
        later = "2026-11-20T13:30:00Z"
        self.assertEqual(self.tend(later)["asked"], 2)
        self.assertEqual(len(self.send(later)), 2)

    # ---- the yes -----------------------------------------------------------------------------

    def test_a_yes_is_welcomed_with_the_latest_issue_as_chosen(self):
        self.instance.briefing("daily", "2026-11-19.md", BRIEFING.replace("day", "yesterday"))
        self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
        for date in ("2026-11-19", "2026-11-20"):
            self.instance.run("edition", "assemble", "daily", "--date", date)
        self.signup("ann@readers.example", "--topics", "workforce")
        self.send()
        result = self.confirm("ann@readers.example")
        self.assertEqual(result["newsletters"], [{"newsletter": "daily", "result": "confirmed"}])
        mails = {subject: mail for _, subject, mail in self.send()}
        welcome, issue = sorted(mails, key=lambda subject: "Welcome" not in subject)
        self.assertEqual(len(mails), 2)
        self.assertEqual(welcome, "Welcome to The Daily Briefing")
        self.assertRegex(mails[welcome]["List-Unsubscribe"], r"<https://.*/u/")
        words = mails[issue].get_body(("plain",)).get_content()
        self.assertIn("The workforce has news", words)
        self.assertNotIn("Finance", words)
        self.assertEqual(self.status("ann@readers.example"), "active")

    def test_what_was_corrected_and_its_correction_are_no_latest_issue(self):
        for date in ("2026-11-19", "2026-11-20"):
            self.instance.briefing("daily", f"{date}.md", BRIEFING.replace("day", f"day of {date}"))
        self.instance.briefing("daily", "2026-11-20-correction.md", "We were wrong about that day.\n")
        self.instance.run("subscribe", "eve@readers.example", "--newsletter", "daily", "--confirmed",
                          "--source", "test")
        for date in ("2026-11-19", "2026-11-20"):
            self.instance.run("edition", "assemble", "daily", "--date", date)
        self.send()
        self.instance.run("edition", "assemble", "daily", "--correction-of", "2026-11-20")
        self.signup("ann@readers.example")
        self.confirm("ann@readers.example")
        slugs = {row["slug"] for row in self.instance.json("queue", "list", "newsletter=daily")
                 if row["address"] == "ann@readers.example"}
        self.assertIn("2026-11-19", slugs)
        self.assertFalse(slugs & {"2026-11-20", "2026-11-20-correction"}, slugs)

    def test_an_issue_not_released_yet_comes_at_its_release(self):
        early = "2026-11-20T05:00:00Z"
        self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", now=early)
        self.signup("ann@readers.example", now=early)
        self.confirm("ann@readers.example", now=early)
        self.assertEqual(len(self.subjects(early)), 1)
        self.assertEqual(len(self.subjects("2026-11-20T07:00:00Z")), 1)

    def test_what_is_not_wanted_is_not_sent(self):
        self.instance.configure("# optin:", "optin:\n  welcome: no\n  latest: no\n  goodbye: no\n#")
        self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        self.signup("ann@readers.example")
        self.send()
        self.confirm("ann@readers.example")
        self.instance.run("unsubscribe", "ann@readers.example")
        self.assertEqual(self.send(), [])

    def test_an_administrators_yes_needs_its_reason_and_stands_in_the_ledger(self):
        self.signup("ann@readers.example")
        refused = self.instance.run("subscriber", "confirm", "ann@readers.example", check=False)
        self.assertEqual(refused.returncode, 64)
        self.confirm("ann@readers.example")
        self.assertEqual(self.ledger("ann@readers.example"),
                         [("subscribed", "command"), ("stated", "command")])
        again = self.instance.run("subscriber", "confirm", "ann@readers.example", "--source", "x",
                                  check=False)
        self.assertEqual(again.returncode, 1)

    def test_a_yes_brings_nobody_back_who_left_or_is_suppressed(self):
        self.signup("ann@readers.example")
        self.instance.run("unsubscribe", "ann@readers.example")
        done = self.instance.run("subscriber", "confirm", "ann@readers.example", "--source", "x",
                                 check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.status("ann@readers.example"), "unsubscribed")

    # ---- leaving -----------------------------------------------------------------------------

    def test_who_leaves_gets_a_goodbye_and_nothing_that_was_queued(self):
        self.signup("ann@readers.example", "--confirmed", "--source", "test")
        self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        self.instance.run("unsubscribe", "ann@readers.example")
        self.assertEqual(self.subjects(),
                         [("ann@readers.example", "You have left The Daily Briefing")])
        self.assertEqual(self.instance.states(), {"sent": 1, "cancelled": 1})

    def test_who_never_confirmed_gets_no_goodbye(self):
        self.signup("ann@readers.example")
        self.send()
        self.instance.run("unsubscribe", "ann@readers.example")
        self.assertEqual(self.send(), [])

    # ---- silence -----------------------------------------------------------------------------

    def test_silence_is_reminded_once_and_then_forgotten(self):
        self.signup("ann@readers.example", "--name", "Ann Lee")
        self.send()
        number, = self.db("SELECT id FROM subscriber")
        self.assertEqual(self.tend("2026-11-22T11:59:00Z"),
                         {"asked": 0, "reminded": 0, "forgotten": 0})
        for now, reminded in (("2026-11-22T12:01:00Z", 1), ("2026-11-23T12:01:00Z", 0),
                              ("2026-12-04T11:59:00Z", 0)):
            self.assertEqual(self.tend(now)["reminded"], reminded)
            expected = [("ann@readers.example",
                         "Still waiting for your yes: The Daily Briefing")] * reminded
            self.assertEqual(self.subjects(now), expected)
        self.assertEqual(self.tend("2026-12-04T12:01:00Z")["forgotten"], 1)
        gone = self.instance.run("subscriber", "show", "ann@readers.example", check=False)
        self.assertEqual(gone.returncode, 66)
        self.assertEqual(self.db("SELECT count(*) FROM subscription"), [(0,)])
        self.assertEqual(self.db("SELECT address, name, domain FROM subscriber"), [("", "", "")])
        self.assertEqual(self.db("SELECT subscriber, event FROM consent ORDER BY number"),
                         [number + (1,), number + (11,)])

    def test_who_was_forgotten_may_sign_up_again(self):
        self.signup("ann@readers.example")
        self.send()
        self.tend("2026-12-20T12:00:00Z")
        now = "2026-12-20T13:00:00Z"
        self.assertEqual(self.signup("ann@readers.example", now=now)["confirmation"], "queued")
        self.assertEqual(len(self.send(now)), 1)

    def test_who_reads_another_newsletter_is_not_forgotten_with_this_one(self):
        self.signup("ann@readers.example", "--confirmed", "--source", "test", newsletter="weekly")
        self.signup("ann@readers.example")
        self.tend("2026-12-20T12:00:00Z")
        self.assertEqual(self.status("ann@readers.example", "weekly"), "active")
        self.assertIsNone(self.status("ann@readers.example", "daily"))

    def test_no_reminder_where_it_is_not_wanted(self):
        self.instance.configure("# optin:", "optin:\n  remind_after: never\n#")
        self.signup("ann@readers.example")
        self.send()
        self.assertEqual(self.tend("2026-11-28T12:00:00Z")["reminded"], 0)

    def test_faults_of_the_configuration_are_told_with_their_line(self):
        for line, part in (("remind_after: 20d", "shorter than forget_after"),
                           ("per_hour: 0", "per_hour"), ("welcome: maybe", "welcome"),
                           ("forget_after: soon", "forget_after")):
            with self.subTest(line):
                self.instance.configure("# optin:", f"optin:\n  {line}\n# optin:")
                done = self.instance.run("check", check=False)
                self.assertEqual(done.returncode, 78)
                self.assertRegex(done.stdout + done.stderr, rf":\d+: error: optin.*{re.escape(part)}")
                self.instance.configure(f"optin:\n  {line}\n# optin:", "# optin:")


if __name__ == "__main__":
    unittest.main()
