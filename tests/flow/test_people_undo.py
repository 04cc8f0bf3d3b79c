"""`subscriber sync` makes a file the truth, `subscriber import --undo` takes a batch back; both leave
those alone who did something themselves."""

import json
import os
import sqlite3
import unittest

import tidings

NOW = "2026-11-20T07:00:00Z"
LATER = "2026-11-21T07:00:00Z"
CLOSED_PORT = 9
BRIEFING = "The standfirst.\n\nThe lead has one paragraph, and that is all of it.\n"


class Case(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(CLOSED_PORT, now=NOW))

    def json(self, *words, **options):
        return self.instance.json(*words, **options)

    def fails(self, status, *words, **options):
        done = self.instance.run(*words, check=False, **options)
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        return done.stderr

    def file(self, content):
        path = self.instance.dir / "people.csv"
        path.write_text(content, encoding="utf-8")
        return path

    def take(self, content, *words, **options):
        return self.json("subscriber", "import", self.file(content), "--newsletter", "daily",
                         "--confirmed", "--source", "test", *words, **options)

    def sync(self, content, *words, **options):
        return self.json("subscriber", "sync", self.file(content), "--newsletter", "daily",
                         "--confirmed", "--source", "members", *words, **options)

    def undo(self, batch, *words, **options):
        result = self.json("subscriber", "import", "--undo", str(batch), *words, **options)
        return [result[key] for key in ("removed", "people", "restored", "left")]

    def statuses(self, *selectors):
        return {row["email"].split("@")[0]: row["status"]
                for row in self.json("subscriber", "list", *(selectors or ["newsletter=daily"]))}

    def events(self, email):
        return [(line["event"], line["how"])
                for line in self.json("subscriber", "show", email)["consent"]]

    def sql(self, *statements):
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    def suspend(self, name):
        """As a bounce does it."""
        self.sql("UPDATE subscription SET status = 3 WHERE subscriber = "
                 f"(SELECT id FROM subscriber WHERE address LIKE '{name}@%')",
                 "INSERT INTO consent (subscriber, newsletter, number, at, event, how) "
                 "SELECT s.id, 1, (SELECT max(number) + 1 FROM consent WHERE subscriber = s.id),"
                 f" 0, 6, 'bounce' FROM subscriber s WHERE address LIKE '{name}@%'")

    def snapshot(self):
        return [self.instance.query(f"SELECT * FROM {table}") for table in (
            "subscriber", "subscription", "consent", "suppression", "batch", "batch_change")]


class Undo(Case):
    def test_a_batch_of_new_people_goes_as_though_it_had_not_been_but_in_the_ledger(self):
        self.take("old@example.org\n")
        batch = self.take("ann@example.org\nbob@example.org\n", now=LATER)["batch"]
        self.assertEqual(self.undo(batch, "--dry-run", now=LATER), [2, 2, 0, 0])
        self.assertEqual(len(self.statuses()), 3)
        self.assertEqual(self.undo(batch, now=LATER), [2, 2, 0, 0])
        self.assertEqual(self.statuses(), {"old": "active"})
        self.assertEqual(self.instance.query("SELECT address FROM subscriber"), [("old@example.org",)])
        self.assertEqual(self.instance.query("SELECT event, how, batch FROM consent WHERE subscriber > 1"),
                         2 * [(3, "import", 2), (8, "undo", 2)])
        self.assertEqual(self.instance.query("SELECT action, subject, rows_changed FROM audit")[-1],
                         ("subscriber import --undo", "batch 2", 2))
        # Nothing is left to undo, and the same people can be taken in again.
        self.assertEqual(self.undo(batch, now=LATER), [0, 0, 0, 0])
        self.assertEqual(self.take("ann@example.org\n", now=LATER)["added"], 1)
        self.assertEqual(self.undo(batch, now=LATER), [0, 0, 0, 0])
        self.assertEqual(self.statuses(), {"old": "active", "ann": "active"})

    def test_what_a_batch_changed_is_as_it_was(self):
        self.take("email,name,topics,format\nann@example.org,Ann,finance,text\n")
        self.json("subscriber", "import", self.file("bob@example.org\n"), "--newsletter", "daily")
        self.assertEqual(self.statuses()["bob"], "pending")
        before = self.json("subscriber", "list")
        batch = self.take("email,name,topics,format\nann@example.org,Anna,workforce,html\n"
                          "bob@example.org,Bob,,\nann@example.org,Annette,quality,\n",
                          now=LATER)["batch"]
        self.assertEqual(self.statuses(), {"ann": "active", "bob": "active"})
        self.assertEqual(self.undo(batch, now=LATER), [0, 0, 2, 0])
        after = self.json("subscriber", "list")
        self.assertEqual([{**row, "changed": None, "name": None} for row in after],
                         [{**row, "changed": None, "name": None} for row in before])
        self.assertEqual([row["name"] for row in after], ["Ann", ""])

    def test_batches_can_be_taken_back_one_after_the_other(self):
        first = self.take("email,topics\nann@example.org,finance\nbob@example.org,\n")["batch"]
        second = self.take("email,topics\nann@example.org,workforce\nbob@example.org,quality\n",
                           now=LATER)["batch"]
        self.assertEqual(self.undo(first, now=LATER), [0, 0, 0, 2])  # not the last word
        self.assertEqual(self.undo(second, now=LATER), [0, 0, 2, 0])
        self.json("subscriber", "set", "bob@example.org", "--newsletter", "daily", "--format", "text")
        third = self.take("email,topics\nann@example.org,workforce\nbob@example.org,quality\n",
                          now=LATER)["batch"]
        self.assertEqual(self.undo(third, now=LATER), [0, 0, 2, 0])
        dry = self.json("subscriber", "import", "--undo", str(first), "--dry-run")
        self.assertEqual((dry["removed"], dry["left"]), (1, 1))  # bob chose by himself

    def test_who_did_something_since_stays_as_they_are(self):
        for name in ("chose", "left", "bounced", "named", "quiet"):
            self.take(f"email,topics\n{name}@example.org,finance\n")
        batch = self.take("email,topics,name\n" + "".join(
            f"{name}@example.org,workforce,Bad Name\n"
            for name in ("chose", "left", "bounced", "named", "quiet", "new")))["batch"]
        for name, words in (("chose", ["--topics", "quality"]), ("named", ["--name", "Kim"])):
            self.json("subscriber", "set", f"{name}@example.org", "--newsletter", "daily", *words)
        self.instance.run("unsubscribe", "left@example.org")
        self.suspend("bounced")
        self.assertEqual(self.undo(batch), [1, 1, 2, 3])
        rows = {row["email"].split("@")[0]: (row["status"], row["topics"], row["name"])
                for row in self.json("subscriber", "list")}
        self.assertEqual(rows, {"chose": ("active", "quality", ""),
                                "left": ("unsubscribed", "workforce", ""),
                                "bounced": ("suspended", "workforce", ""),
                                "named": ("active", "finance", "Kim"),
                                "quiet": ("active", "finance", "")})

    def test_people_who_may_have_been_mailed_stay_known(self):
        batch = self.take("ann@example.org\n")["batch"]
        self.instance.briefing("daily", "2026-11-20.txt", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", now=LATER)
        self.assertEqual(self.undo(batch, now=LATER), [1, 0, 0, 0])
        person = self.json("subscriber", "show", "ann@example.org")
        self.assertEqual(person["subscriptions"], [])
        message, = self.json("why", "ann@example.org")["messages"]
        self.assertEqual(message["limiter"], "unsubscribed")

    def test_killed_in_the_middle_it_is_completed_by_running_it_again(self):
        count = 12000  # more than two slices
        batch = self.take("".join(f"r{i}@example.org\n" for i in range(count)))["batch"]
        done = self.instance.run("subscriber", "import", "--undo", str(batch), check=False,
                                 env={**os.environ, "TIDINGS_CRASH_AT": "3"})
        self.assertEqual(done.returncode, 99)
        (left,), = self.instance.query("SELECT count(*) FROM subscription")
        self.assertTrue(0 < left < count, left)
        self.assertEqual(self.undo(batch)[0], left)
        self.assertEqual(self.instance.query("SELECT count(*), count(DISTINCT subscriber) FROM consent "
                                    "WHERE event = 8"), [(count, count)])
        self.assertEqual(self.instance.query("SELECT count(*) FROM subscriber"), [(0,)])

    def test_what_cannot_be_undone_is_said(self):
        self.assertIn("no batch 7", self.fails(66, "subscriber", "import", "--undo", "7"))
        self.fails(64, "subscriber", "import", "--undo", "x")
        self.fails(64, "subscriber", "import", "--undo", "1", "people.csv")
        self.fails(64, "subscriber", "import")


class Sync(Case):
    START = ("email,topics\nann@example.org,finance\nbob@example.org,\neve@example.org,\n"
             "left@example.org,\nbounced@example.org,\ngone@example.org,\n")

    def start(self):
        self.take(self.START)
        self.instance.run("unsubscribe", "left@example.org")
        self.suspend("bounced")

    def test_the_difference_is_shown_and_nothing_changed_until_it_is_applied(self):
        self.start()
        content = ("email,topics\nann@example.org,workforce\nBOB@example.org,\n"
                   "left@example.org,\nbounced@example.org,\nnew@example.org,\neve@example.org,\n")
        before = self.snapshot()
        result = self.sync(content)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual([result[key] for key in ("applied", "batch", "add", "change",
                                                  "unsubscribe", "keep_away", "fault",
                                                  "unchanged")],
                         [False, None, 1, 1, 1, 2, 0, 2])
        self.assertEqual([(row["change"], row["email"]) for row in result["differences"]],
                         [("change", "ann@example.org"), ("keep_away", "left@example.org"),
                          ("keep_away", "bounced@example.org"), ("add", "new@example.org"),
                          ("unsubscribe", "gone@example.org")])
        text = self.instance.run("subscriber", "sync", self.instance.dir / "people.csv",
                                 "--newsletter", "daily", "--dry-run").stdout
        for line in ("~ ann@example.org", "+ new@example.org", "- gone@example.org",
                     "x left@example.org: unsubscribed on 2026-11-20",
                     "1 to add, 1 to change, 1 to unsubscribe of 4, 2 kept away, 2 unchanged",
                     "Nothing was changed; --apply makes it so."):
            self.assertIn(line, text)
        result = self.sync(content, "--apply", now=LATER)
        self.assertEqual((result["applied"], result["batch"]), (True, 2))
        self.assertEqual(self.statuses(), {"ann": "active", "bob": "active", "eve": "active",
                                           "left": "unsubscribed", "bounced": "suspended",
                                           "gone": "unsubscribed", "new": "active"})
        self.assertEqual(self.events("gone@example.org"),
                         [("stated", "import"), ("unsubscribed", "sync")])
        self.assertEqual(self.events("new@example.org"), [("stated", "sync")])
        self.assertEqual(self.instance.query("SELECT action, rows_changed FROM audit")[-1],
                         ("subscriber sync", 3))
        again = self.sync(content, "--apply", now=LATER)
        self.assertEqual([again[key] for key in ("add", "change", "unsubscribe", "keep_away")],
                         [0, 0, 0, 2])

    def test_who_is_named_and_suppressed_is_not_taken_for_missing(self):
        self.start()
        self.instance.run("subscriber", "suppress", "eve@example.org", "--reason", "by letter")
        result = self.sync("".join(f"{name}@example.org\n" for name in ("ann", "bob", "eve", "gone")),
                           "--apply", now=LATER)
        self.assertEqual((result["keep_away"], result["unsubscribe"]), (1, 0))
        self.assertEqual(self.statuses()["eve"], "active")  # and not mailed: suppressed
        self.instance.run("subscriber", "reinstate", "eve@example.org", "--reason", "by letter")
        self.assertEqual(self.statuses()["eve"], "active")

    def test_other_newsletters_are_not_touched(self):
        self.start()
        self.json("subscribe", "gone@example.org", "--newsletter", "weekly", "--confirmed",
                  "--source", "test")
        self.sync("ann@example.org\n", "--apply", "--leavers", "3")
        self.assertEqual(self.statuses("newsletter=weekly"), {"gone": "active"})

    def test_a_file_that_would_unsubscribe_people_by_mistake_is_refused(self):
        self.start()
        before = self.snapshot()
        words = ["--newsletter", "daily", "--apply"]
        for content, status, part in (
                ("", 65, "empty"),
                ("email,topics\n", 65, "names nobody"),
                ("email,action\nann@example.org,unsubscribe\n", 65, "names nobody"),
                ("email;topics\nann@example.org;\n", 65, "semicolons"),
                ("ann@example.org\nbob@exa mple.org\neve@example.org\ngone@example.org\n", 65,
                 "1 rows of .* cannot be read"),
                ("email,newsletter\nann@example.org,daily\nbob@example.org,weekly\n", 65,
                 "1 rows of .* cannot be read")):
            said = self.fails(status, "subscriber", "sync", self.file(content), *words,
                              "--leavers", "100")
            self.assertRegex(said, part)
            self.assertEqual(self.snapshot(), before)
        self.fails(64, "subscriber", "sync", "people.csv")
        self.fails(64, "subscriber", "sync", "people.csv", "--newsletter", "daily", "--apply",
                   "--dry-run")

    def test_more_leavers_than_allowed_change_nothing(self):
        self.take("".join(f"r{i}@example.org\n" for i in range(40)))
        content = "".join(f"r{i}@example.org\n" for i in range(34))
        words = ["subscriber", "sync", self.file(content), "--newsletter", "daily", "--apply"]
        self.assertIn("6 of 40 would be unsubscribed", self.fails(1, *words))
        self.assertIn("6 of 40", self.fails(1, *words, "--leavers", "5"))
        self.assertEqual(set(self.statuses().values()), {"active"})
        self.assertTrue(self.json(*words, "--leavers", "6")["applied"])
        self.assertEqual(list(self.statuses().values()).count("unsubscribed"), 6)

    def test_names_of_before_are_forgotten_with_the_files(self):
        self.take("email,name\nann@example.org,Old\n")
        batch = self.take("email,name,topics\nann@example.org,New,finance\n")["batch"]
        for words, left in ((["--dry-run"], 1), ([], 0)):
            self.instance.run("db", "compact", *words, now="2027-02-19T07:00:00Z")
            self.assertEqual(self.instance.query("SELECT count(*) FROM batch_name"), [(left,)])
        self.assertEqual(self.undo(batch), [0, 0, 1, 0])
        person, = self.json("subscriber", "list")
        self.assertEqual((person["name"], person["topics"]), ("New", ""))

    def test_a_file_that_would_leave_nobody_is_that_of_another_newsletter(self):
        self.take("ann@example.org\nbob@example.org\n")
        words = ["subscriber", "sync", self.file("eve@example.org\n"), "--newsletter", "daily", "--apply"]
        self.assertIn("2 of 2 would be unsubscribed", self.fails(1, *words))
        self.assertEqual(self.statuses(), {"ann": "active", "bob": "active"})
        self.assertTrue(self.json(*words, "--leavers", "2")["applied"])

    def test_a_sync_can_be_undone_and_those_it_unsubscribed_come_back(self):
        self.start()
        before = self.statuses()
        batch = self.sync("email,topics\nann@example.org,workforce\nnew@example.org,\n",
                          "--apply", now=LATER)["batch"]
        self.assertEqual(self.statuses()["gone"], "unsubscribed")
        self.assertEqual(self.undo(batch, now=LATER), [1, 1, 4, 0])
        self.assertEqual(self.statuses(), before)

    def test_rows_may_come_from_standard_input(self):
        self.start()
        result = json.loads(self.instance.run(
            "subscriber", "sync", "-", "--newsletter", "daily", "--json",
            input="ann@example.org\n").stdout)
        self.assertEqual(result["unsubscribe"], 3)


if __name__ == "__main__":
    unittest.main()
