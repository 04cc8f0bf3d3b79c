"""`tidings subscribe|unsubscribe|subscriber list|show|set`: one person at a time."""

import sqlite3
import unittest

import tidings

NOW = "2026-11-20T07:00:00Z"
CLOSED_PORT = 9
BRIEFING = "The standfirst.\n\nThe lead has one paragraph, and that is all of it.\n"
BASIS = ("--confirmed", "--source", "told me by telephone")


class Commands(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(CLOSED_PORT, now=NOW))

    def json(self, *words, **options):
        return self.instance.json(*words, **options)

    def fails(self, status, *words):
        """The command ends with that status; what it said on stderr."""
        done = self.instance.run(*words, check=False)
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        return done.stderr

    def subscribe(self, email, *words, newsletter="daily"):
        return self.json("subscribe", email, "--newsletter", newsletter, *words)

    def statuses(self, email):
        person = self.json("subscriber", "show", email)
        return {row["newsletter"]: row["status"] for row in person["subscriptions"]}

    def events(self, email, newsletter="daily"):
        person = self.json("subscriber", "show", email)
        return [row["event"] for row in person["consent"] if row["newsletter"] == newsletter]

    def audit(self):
        return self.instance.query("SELECT action, subject, rows_changed FROM audit")

    # ---- subscribe ---------------------------------------------------------------------------

    def test_somebody_new_is_pending_and_told_so(self):
        done = self.instance.run("subscribe", "ann@example.org", "--newsletter", "daily")
        self.assertIn("ann@example.org: added, daily: pending", done.stdout)
        self.assertIn("get no newsletter until they are confirmed", done.stdout)
        self.assertEqual(self.events("ann@example.org"), ["subscribed"])

    def test_a_stated_basis_makes_active_and_stands_in_the_ledger(self):
        result = self.subscribe("ann@example.org", *BASIS)
        self.assertEqual((result["result"], result["status"]), ("added", "active"))
        line, = self.json("subscriber", "show", "ann@example.org")["consent"]
        self.assertEqual((line["at"], line["event"], line["how"], line["source"], line["batch"]),
                         (NOW, "stated", "command", "told me by telephone", None))

    def test_options_are_read_by_the_rules_of_signup_files(self):
        self.subscribe("Ann@Example.org", "--name", "Ann Lee", "--topics", "workforce;finance",
                       "--format", "TEXT", "--timezone", "Europe/Paris", "--at", "06:15",
                       "--cadence", "each", *BASIS)
        ann, = self.json("subscriber", "list")
        self.assertEqual(
            [ann[key] for key in ("email", "name", "topics", "format", "timezone", "at")],
            ["Ann@Example.org", "Ann Lee", "finance workforce", "text", "Europe/Paris", "06:15"])
        for option, value, part in (("--topics", "cricket", "cricket"), ("--at", "7", "at is"),
                                    ("--format", "pdf", "format"), ("--cadence", "x", "cadence"),
                                    ("--timezone", "Mars/Base", "Mars/Base"),
                                    ("--name", "A\nBcc: x", "control character")):
            self.assertIn(part, self.fails(65, "subscribe", "bob@example.org", "--newsletter",
                                           "daily", option, value))
        self.assertIn("no @", self.fails(65, "subscribe", "bob", "--newsletter", "daily"))
        self.assertIn("daily", self.fails(66, "subscribe", "b@c.example", "--newsletter", "x"))
        self.fails(64, "subscribe", "bob@example.org")
        self.fails(64, "subscribe", "bob@example.org", "--newsletter", "daily", "--confirmed")

    def test_subscribing_again_changes_nothing_and_with_other_choices_only_those(self):
        self.subscribe("ann@example.org", "--topics", "finance", "--format", "text", *BASIS)
        self.assertEqual(self.subscribe("ANN@example.org")["result"], "unchanged")
        self.assertEqual(self.statuses("ann@example.org"), {"daily": "active"})
        self.assertEqual(self.subscribe("ann@example.org", "--topics", "")["result"], "updated")
        ann, = self.json("subscriber", "list")
        self.assertEqual((ann["topics"], ann["format"]), ("", "text"))
        self.assertEqual(self.events("ann@example.org"), ["stated", "changed"])

    def test_a_cadence_that_nothing_serves_is_refused(self):
        said = self.fails(65, "subscribe", "ann@example.org", "--newsletter", "daily",
                          "--cadence", "weekly")
        self.assertIn("goes out each time only", said)
        self.assertEqual(self.json("subscriber", "list"), [])

    def test_who_left_comes_back_by_this_command_only_and_keeps_their_choices(self):
        self.subscribe("ann@example.org", "--topics", "finance", *BASIS)
        self.instance.run("unsubscribe", "ann@example.org")
        self.assertEqual(self.subscribe("ann@example.org")["status"], "pending")
        self.assertEqual(self.subscribe("ann@example.org", *BASIS)["status"], "active")
        self.assertEqual(self.json("subscriber", "list")[0]["topics"], "finance")
        self.assertEqual(self.events("ann@example.org"),
                         ["stated", "unsubscribed", "subscribed", "stated"])

    def test_a_dry_run_says_the_same_and_changes_nothing(self):
        done = self.instance.run("subscribe", "ann@example.org", "--newsletter", "daily",
                                 "--dry-run")
        self.assertIn("added", done.stdout)
        self.assertEqual(self.json("subscriber", "list"), [])
        self.subscribe("ann@example.org", *BASIS)
        result = self.json("unsubscribe", "ann@example.org", "--dry-run")
        self.assertEqual(result["newsletters"][0]["result"], "unsubscribed")
        self.json("subscriber", "set", "ann@example.org", "--newsletter", "daily", "--format",
                  "text", "--dry-run")
        row, = self.json("subscriber", "list")
        self.assertEqual((row["status"], row["format"]), ("active", "html"))
        self.assertEqual(len(self.audit()), 1)

    # ---- unsubscribe -------------------------------------------------------------------------

    def test_unsubscribing_ends_all_or_one_and_can_be_repeated(self):
        for newsletter in ("daily", "live", "weekly"):
            self.subscribe("ann@example.org", *BASIS, newsletter=newsletter)
        result = self.json("unsubscribe", "Ann@Example.org", "--newsletter", "live")
        self.assertEqual(result["newsletters"],
                         [{"newsletter": "live", "result": "unsubscribed", "unsent": 0}])
        self.assertEqual(self.statuses("ann@example.org"),
                         {"daily": "active", "live": "unsubscribed", "weekly": "active"})
        result = self.json("unsubscribe", "ann@example.org")
        self.assertEqual({row["newsletter"]: row["result"] for row in result["newsletters"]},
                         {"daily": "unsubscribed", "live": "unchanged",
                          "weekly": "unsubscribed"})
        result = self.json("unsubscribe", "ann@example.org")
        self.assertEqual({row["result"] for row in result["newsletters"]}, {"unchanged"})
        self.assertEqual(self.events("ann@example.org"), ["stated", "unsubscribed"])
        self.assertEqual(self.audit()[-1], ("unsubscribe", "ann@example.org", 2))

    def test_unsubscribing_where_there_is_nothing_to_end(self):
        self.assertIn("bob@example.org", self.fails(66, "unsubscribe", "bob@example.org"))
        self.subscribe("ann@example.org", *BASIS)
        done = self.instance.run("unsubscribe", "ann@example.org", "--newsletter", "live")
        self.assertIn("not subscribed", done.stdout)
        self.assertEqual(self.statuses("ann@example.org"), {"daily": "active"})

    def test_it_tells_how_many_queued_messages_will_not_be_sent(self):
        for newsletter in ("daily", "weekly"):
            self.subscribe("ann@example.org", *BASIS, newsletter=newsletter)
            self.subscribe("bob@example.org", *BASIS, newsletter=newsletter)
            for date in ("2026-11-18", "2026-11-19", "2026-11-20"):
                self.instance.briefing(newsletter, f"{date}.txt", BRIEFING)
                self.instance.run("edition", "assemble", newsletter, "--date", date)
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            db.execute("UPDATE message SET state = 1 WHERE edition = 1")  # sent
        db.close()
        done = self.instance.run("unsubscribe", "ann@example.org", "--newsletter", "daily")
        self.assertIn("2 queued messages will not be sent", done.stdout)
        result = self.json("unsubscribe", "bob@example.org")
        self.assertEqual({row["newsletter"]: row["unsent"] for row in result["newsletters"]},
                         {"daily": 2, "weekly": 3})
        self.assertEqual(result["unsent"], 5)

    # ---- list, show, set ---------------------------------------------------------------------

    def test_the_list_is_chosen_by_newsletter_domain_status_and_topic(self):
        self.subscribe("ann@example.org", "--topics", "finance", *BASIS)
        self.subscribe("bob@example.com", "--topics", "-finance")
        self.subscribe("eve@example.com", *BASIS, newsletter="live")

        def emails(*selectors):
            return [row["email"] for row in self.json("subscriber", "list", *selectors)]

        self.assertEqual(emails(), ["ann@example.org", "bob@example.com", "eve@example.com"])
        self.assertEqual(emails("newsletter=live"), ["eve@example.com"])
        self.assertEqual(emails("newsletter=weekly"), [])
        self.assertEqual(emails("domain=Example.COM"), ["bob@example.com", "eve@example.com"])
        self.assertEqual(emails("status=pending"), ["bob@example.com"])
        self.assertEqual(emails("status=pending,active", "domain=example.org"),
                         ["ann@example.org"])
        self.assertEqual(emails("topic=finance"), ["ann@example.org", "eve@example.com"])
        self.assertEqual(emails("topic=quality"), ["bob@example.com", "eve@example.com"])
        self.assertEqual(emails("--limit", "2"), ["ann@example.org", "bob@example.com"])
        for word in ("status=gone", "topic=cricket", "domain=", "colour=red", "status="):
            self.fails(64, "subscriber", "list", word)
        self.fails(66, "subscriber", "list", "newsletter=monthly")

    def test_the_table_for_people_shows_choices_in_words(self):
        self.subscribe("ann@example.org", "--name", "Ann", "--at", "07:30", *BASIS)
        head, row = self.instance.run("subscriber", "list").stdout.splitlines()
        self.assertEqual(head.split(), ["EMAIL", "NAME", "NEWSLETTER", "STATUS", "FORMAT", "AT",
                                        "ZONE", "CHANGED", "TOPICS"])
        self.assertEqual(row.split(), ["ann@example.org", "Ann", "daily", "active", "html",
                                       "07:30", "-", NOW, "all"])

    def test_a_person_is_shown_whole(self):
        self.subscribe("Ann@Example.org", "--name", "Ann", "--topics", "-finance", *BASIS)
        person = self.json("subscriber", "show", "ann@example.org")
        self.assertEqual((person["email"], person["name"], person["created"]),
                         ("Ann@Example.org", "Ann", NOW))
        self.assertEqual(person["subscriptions"],
                         [{"newsletter": "daily", "status": "active", "changed": NOW,
                           "topics": "-finance", "format": "html", "cadence": "each",
                           "at": None, "timezone": None, "paused_until": None}])
        self.assertEqual(person["suppressions"], [])
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            db.execute("INSERT INTO suppression (hash, newsletter, reason, evidence, at) SELECT "
                       "hash, 0, 9, '550 \x1b[31mno such user', 0 FROM subscriber")
        db.close()
        found, = self.json("subscriber", "show", "ann@example.org")["suppressions"]
        self.assertEqual((found["newsletter"], found["reason"], found["at"]),
                         (None, "address", "1970-01-01T00:00:00Z"))
        text = self.instance.run("subscriber", "show", "ann@example.org").stdout
        self.assertNotIn("\x1b", text)
        for part in ("Ann@Example.org", "-finance", "stated by command: told me by telephone",
                     "\\x1B[31mno such user"):
            self.assertIn(part, text)
        self.assertIn("nobody@example.org", self.fails(66, "subscriber", "show",
                                                       "nobody@example.org"))

    def test_set_changes_what_is_given_and_nothing_else(self):
        self.subscribe("ann@example.org", "--name", "Ann", "--topics", "finance", *BASIS)
        words = ["subscriber", "set", "ann@example.org", "--newsletter", "daily"]
        self.assertEqual(self.json(*words, "--name", "Ann Lee")["result"], "updated")
        self.assertEqual(self.json(*words, "--name", "Ann Lee")["result"], "unchanged")
        self.assertEqual(self.events("ann@example.org"), ["stated"])
        self.json(*words, "--format", "text", "--at", "05:00", "--timezone", "Asia/Kathmandu")
        ann, = self.json("subscriber", "list")
        self.assertEqual([ann[key] for key in ("name", "topics", "format", "at", "timezone")],
                         ["Ann Lee", "finance", "text", "05:00", "Asia/Kathmandu"])
        self.assertEqual(self.events("ann@example.org"), ["stated", "changed"])

    def test_set_makes_nobody_a_subscriber(self):
        self.subscribe("ann@example.org", *BASIS)
        self.instance.run("unsubscribe", "ann@example.org")
        set_text = ["--format", "text"]
        self.fails(66, "subscriber", "set", "bob@example.org", "--newsletter", "daily", *set_text)
        self.assertIn("not subscribed to live", self.fails(
            1, "subscriber", "set", "ann@example.org", "--newsletter", "live", *set_text))
        self.assertIn("unsubscribed on 2026-11-20", self.fails(
            1, "subscriber", "set", "ann@example.org", "--newsletter", "daily", *set_text))
        self.assertIn("nothing to set", self.fails(
            64, "subscriber", "set", "ann@example.org", "--newsletter", "daily"))
        self.assertEqual(self.statuses("ann@example.org"), {"daily": "unsubscribed"})

    def test_what_people_typed_cannot_drive_a_terminal(self):
        said = self.fails(66, "subscriber", "show", "a\x1b[2J@example.org")
        self.assertNotIn("\x1b", said)
        said = self.fails(65, "subscribe", "a\x1b[2J@example.org", "--newsletter", "daily")
        self.assertNotIn("\x1b", said)


if __name__ == "__main__":
    unittest.main()
