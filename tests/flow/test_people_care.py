"""`subscriber rename|suppress|reinstate|prove|export`: one person at a time, by hand; and an unsubscription
in the last moment."""

import contextlib
import json
import sqlite3
import time
import unittest

import peer
import tidings

NOW = "2026-11-20T06:00:00Z"
SEVEN = "2026-11-20T07:00:00Z"
LATER = "2026-11-21T12:00:00Z"
BRIEFING = "The standfirst.\n\nThe lead has one paragraph, and that is all of it.\n"
BASIS = ("--confirmed", "--source", "told me by telephone")
PATIENCE = 60


class Case(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(peer.Peer(self.answer))
        self.instance = self.enterContext(tidings.Instance(self.server.port, now=NOW))

    def answer(self, stage, argument, *_):
        if stage == "RCPT":
            if "gone" in argument:
                return "550 5.1.1 no such user"
            self.rcpt.append(argument.split("<")[1].split(">")[0])
        return None

    def run(self, *args, **options):
        self.rcpt = []
        return super().run(*args, **options)

    def json(self, *words, **options):
        return self.instance.json(*words, **options)

    def fails(self, status, *words, **options):
        done = self.instance.run(*words, check=False, **options)
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        return done.stderr

    def subscribe(self, *emails, newsletter="daily", **options):
        for email in emails:
            self.json("subscribe", email, "--newsletter", newsletter, *BASIS, **options)

    def issue(self, date, assemble, send):
        self.instance.briefing("daily", f"{date}.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", date, now=assemble)
        return self.json("send", "--drain", now=send)

    def statuses(self, email):
        person = self.json("subscriber", "show", email)
        return {row["newsletter"]: row["status"] for row in person["subscriptions"]}

    def ledger(self, email):
        return [(line["newsletter"], line["event"], line["source"])
                for line in self.json("subscriber", "show", email)["consent"]]

    def query(self, sql):
        return self.instance.query(sql)


class Rename(Case):
    def test_consent_and_history_stay_and_what_is_queued_goes_to_the_new_address(self):
        self.subscribe("ann@example.org")
        self.issue("2026-11-20", NOW, SEVEN)
        self.instance.briefing("daily", "2026-11-21.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-21", now="2026-11-21T06:00:00Z")
        result = self.json("subscriber", "rename", "ANN@example.org", "Ann.Lee@example.com")
        self.assertEqual((result["subscriber"], result["email"]), (1, "Ann.Lee@example.com"))
        self.json("send", "--drain", now="2026-11-21T07:00:00Z")
        self.assertEqual(self.rcpt, ["ann@example.org", "Ann.Lee@example.com"])
        self.assertEqual(self.ledger("ann.lee@example.com"),
                         [(None, "renamed", "ann@example.org"), ("daily", "stated", "told me by telephone")])
        self.assertEqual(len(self.json("why", "ann.lee@example.com")["messages"]), 2)
        self.assertEqual([row["email"] for row in
                          self.json("subscriber", "list", "domain=example.com")],
                         ["Ann.Lee@example.com"])
        self.fails(66, "subscriber", "show", "ann@example.org")
        self.assertEqual(self.query("SELECT action, subject FROM audit")[-1],
                         ("subscriber rename", "Ann.Lee@example.com"))

    def test_a_rename_may_be_of_case_only_and_a_dry_run_changes_nothing(self):
        self.subscribe("ann@example.org")
        self.json("subscriber", "rename", "ann@example.org", "x@example.org", "--dry-run")
        self.assertEqual(self.ledger("ann@example.org")[0][1], "stated")
        self.json("subscriber", "rename", "ann@example.org", "Ann@Example.org")
        self.assertEqual(self.json("subscriber", "list")[0]["email"], "Ann@Example.org")

    def test_what_cannot_be_renamed_is_refused(self):
        self.subscribe("ann@example.org", "bob@example.org")
        rename = ["subscriber", "rename"]
        self.assertIn("subscriber already", self.fails(1, *rename, "ann@example.org",
                                                       "BOB@example.org"))
        self.fails(66, *rename, "eve@example.org", "x@example.org")
        self.fails(65, *rename, "ann@example.org", "x@")
        self.fails(64, *rename, "ann@example.org")
        self.json("subscriber", "suppress", "never@example.org", "--reason", "asked")
        self.assertIn("is suppressed", self.fails(1, *rename, "ann@example.org",
                                                  "never@example.org"))
        self.json("subscriber", "suppress", "bob@example.org", "--reason", "complained")
        self.assertIn("bob@example.org is suppressed (admin)", self.fails(
            1, *rename, "bob@example.org", "bob2@example.org"))


class Suppress(Case):
    def test_a_suppressed_address_is_not_mailed_imported_or_subscribed_until_it_is_lifted(self):
        self.subscribe("ann@example.org", "bob@example.org")
        result = self.json("subscriber", "suppress", "Ann@example.org", "--reason", "her lawyer")
        self.assertEqual(result["result"], "suppressed")
        self.assertEqual(self.json("subscriber", "suppress", "ann@example.org", "--reason",
                                   "again")["result"], "unchanged")
        self.json("subscriber", "suppress", "never@example.org", "--reason", "unknown person")
        self.issue("2026-11-20", NOW, SEVEN)
        self.assertEqual(self.rcpt, ["bob@example.org"])
        for email in ("ann@example.org", "never@example.org"):
            done = self.instance.run("subscribe", email, "--newsletter", "weekly", *BASIS,
                                     check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("suppressed (admin) on 2026-11-20", done.stderr)
        self.assertEqual(self.ledger("ann@example.org"),
                         [(None, "suspended", "her lawyer"),
                          ("daily", "stated", "told me by telephone")])
        self.assertEqual(self.json("subscriber", "reinstate", "ann@example.org", "--reason",
                                   "she wrote")["reinstated"], 1)
        self.assertEqual(self.statuses("ann@example.org"), {"daily": "active"})
        self.json("subscriber", "reinstate", "never@example.org", "--reason", "known by now")
        self.subscribe("never@example.org", newsletter="weekly")
        self.issue("2026-11-21", "2026-11-21T06:00:00Z", "2026-11-21T07:00:00Z")
        self.assertEqual(sorted(self.rcpt), ["ann@example.org"] + 2 * ["bob@example.org"])

    def test_it_may_be_for_one_newsletter(self):
        self.subscribe("ann@example.org")
        self.json("subscriber", "suppress", "ann@example.org", "--newsletter", "daily",
                  "--reason", "asked")
        self.subscribe("ann@example.org", newsletter="weekly")
        self.issue("2026-11-20", NOW, SEVEN)
        self.assertEqual(self.rcpt, [])
        words = ["subscriber", "reinstate", "ann@example.org", "--reason", "asked"]
        self.fails(66, *words, "--newsletter", "weekly")
        self.assertEqual(self.json(*words, "--newsletter", "daily")["result"], "reinstated")

    def test_bounced_people_are_reinstated_by_name(self):
        self.subscribe("gone1@example.org", "ann@example.org")
        self.issue("2026-11-20", NOW, SEVEN)
        self.assertEqual(self.statuses("gone1@example.org"), {"daily": "suspended"})
        self.json("subscriber", "suppress", "gone1@example.org", "--newsletter", "weekly",
                  "--reason", "by hand too")
        self.assertEqual(self.json("subscriber", "reinstate", "gone1@example.org")["reinstated"], 1)
        self.assertEqual(self.statuses("gone1@example.org"), {"daily": "active"})
        left, = self.json("subscriber", "show", "gone1@example.org")["suppressions"]
        self.assertEqual((left["newsletter"], left["reason"]), ("weekly", "admin"))

    def test_who_left_stays_so(self):
        self.subscribe("ann@example.org")
        self.instance.run("unsubscribe", "ann@example.org")
        self.json("subscriber", "suppress", "ann@example.org", "--reason", "x")
        self.json("subscriber", "reinstate", "ann@example.org", "--reason", "x")
        self.assertEqual(self.statuses("ann@example.org"), {"daily": "unsubscribed"})

    def test_an_erased_person_may_come_back_by_their_own_wish(self):
        self.subscribe("ann@example.org")
        self.json("subscriber", "erase", "ann@example.org")
        self.fails(1, "subscribe", "ann@example.org", "--newsletter", "daily", *BASIS)
        self.json("subscriber", "reinstate", "ann@example.org", "--reason", "asked by telephone")
        result = self.json("subscribe", "ann@example.org", "--newsletter", "daily", *BASIS)
        self.assertEqual((result["result"], result["subscriber"]), ("added", 2))

    def test_words_are_wanted_and_checked(self):
        self.fails(64, "subscriber", "suppress", "ann@example.org")
        self.fails(64, "subscriber", "reinstate", "ann@example.org")
        self.fails(66, "subscriber", "reinstate", "ann@example.org", "--reason", "x")
        self.fails(64, "subscriber", "suppress", "ann@example.org", "--reason", "a\nBcc: b")
        self.fails(65, "subscriber", "suppress", "ann", "--reason", "x")


class Prove(Case):
    def test_the_ledger_and_the_messages_before_and_after(self):
        self.json("subscribe", "ann@example.org", "--newsletter", "daily", "--confirmed",
                  "--source", "order 17", "--basis", "soft-opt-in")
        self.issue("2026-11-20", NOW, SEVEN)
        self.instance.run("unsubscribe", "ann@example.org", now="2026-11-20T12:00:00Z")
        self.issue("2026-11-21", "2026-11-21T06:00:00Z", "2026-11-21T07:00:00Z")
        person, = self.json("subscriber", "prove", "ANN@example.org", now=LATER)["people"]
        self.assertEqual((person["subscriber"], person["erased"], person["mailed_without"]),
                         (1, None, 0))
        self.assertEqual([(line["at"], line["event"], line["how"], line["source"], line["basis"])
                          for line in person["ledger"]],
                         [(NOW, "stated", "command", "order 17", "soft-opt-in"),
                          ("2026-11-20T12:00:00Z", "unsubscribed", "command", None, None)])
        issues = [message for message in person["messages"] if message["slug"] == "2026-11-20"]
        self.assertEqual([(message["state"], message["agreed"]) for message in issues],
                         [("sent", True)])
        text = self.instance.run("subscriber", "prove", "ann@example.org", now=LATER).stdout
        self.assertRegex(text, r"(?s)06:00:00Z  daily  stated by command, soft-opt-in: order 17\n"
                               r"2026-11-20T07:00:0\dZ  daily  message sent 2026-11-20: .*"
                               r"2026-11-20T12:00:00Z  daily  unsubscribed by command\n")

    def test_mail_without_an_agreement_is_counted(self):
        self.subscribe("ann@example.org", now=SEVEN)
        self.issue("2026-11-20", SEVEN, SEVEN)
        db = sqlite3.connect(self.instance.dir / "queue" / "tidings.db")
        with db:  # as though it had been sent the day before
            db.execute("UPDATE attempt SET at = at - 86400000000")
        db.close()
        person, = self.json("subscriber", "prove", "ann@example.org", now=LATER)["people"]
        self.assertEqual(person["mailed_without"], 1)
        self.assertIn("1 mailed while nothing was agreed to", self.instance.run(
            "subscriber", "prove", "ann@example.org", now=LATER).stdout)

    def test_an_erased_person_is_proved_by_the_hash_of_the_address(self):
        self.subscribe("ann@example.org")
        self.issue("2026-11-20", NOW, SEVEN)
        self.json("subscriber", "erase", "ann@example.org", now=LATER)
        person, = self.json("subscriber", "prove", "ann@example.org", now=LATER)["people"]
        self.assertEqual(person["erased"], LATER)
        self.assertEqual([line["event"] for line in person["ledger"]], ["stated", "erased"])
        self.assertIsNone(person["ledger"][0]["source"])
        self.assertEqual([message["state"] for message in person["messages"]], ["sent"])
        self.fails(66, "subscriber", "prove", "bob@example.org")


class Compacted(Case):
    """Of old messages only the end is known, and that still stands in what is proved and exported."""

    def test_messages_sent_before_compaction_are_proved_and_exported(self):
        self.subscribe("ann@example.org")
        self.issue("2026-11-20", NOW, SEVEN)
        # joins at noon and gets the morning's issue; later the time of that is not known any more
        noon = "2026-11-20T12:00:00Z"
        self.subscribe("bob@example.org", now=noon)
        edition, = self.json("edition", "list", now=noon)
        with contextlib.closing(sqlite3.connect(self.instance.dir / "queue" / "tidings.db")) as db, db:
            db.execute("INSERT INTO message (edition, subscriber, variant, state, due, next) SELECT "
                       "edition, 2, variant, state, due, next FROM message WHERE subscriber = 1")
        before, = self.json("subscriber", "prove", "ann@example.org", now=noon)["people"]
        self.assertEqual(self.json("db", "compact", now="2027-02-25T08:00:00Z")["messages"], 2)
        for name in ("ann", "bob"):
            person, = self.json("subscriber", "prove", f"{name}@example.org", now=LATER)["people"]
            message, = person["messages"]
            self.assertEqual([message[key] for key in ("newsletter", "edition", "slug", "subject",
                                                       "state", "agreed")],
                             ["daily", edition["edition"], "2026-11-20",
                              before["messages"][0]["subject"], "sent", True])
            self.assertEqual(person["mailed_without"], 0)
            held = self.json("subscriber", "export", f"{name}@example.org", now=LATER)
            self.assertEqual(held["messages"], [])
            self.assertEqual(held["history"],
                             [{"newsletter": "daily", "edition": edition["edition"],
                               "slug": "2026-11-20", "subject": message["subject"],
                               "state": "sent", "reason": ""}])

    def test_one_who_never_agreed_is_still_counted(self):
        self.subscribe("ann@example.org", now=SEVEN)
        self.issue("2026-11-20", SEVEN, SEVEN)
        self.json("db", "compact", now="2027-02-25T08:00:00Z")
        with contextlib.closing(sqlite3.connect(self.instance.dir / "queue" / "tidings.db")) as db, db:
            db.execute("UPDATE edition SET released = released - 60 * 86400000000")
        person, = self.json("subscriber", "prove", "ann@example.org", now=LATER)["people"]
        self.assertEqual(person["mailed_without"], 1)


class Export(Case):
    def test_everything_that_is_held_is_in_it(self):
        path = self.instance.dir / "people.csv"
        path.write_text("email,name\ngone@example.org,Old\ngone@example.org,New\n"
                        "gone@example.org,\x01\n")
        self.json("subscriber", "import", path, "--newsletter", "daily", *BASIS)
        self.subscribe("gone@example.org", newsletter="weekly")
        self.json("subscriber", "set", "Gone@Example.ORG", "--newsletter", "weekly", "--at", "09:00")
        path.write_text("email,topics\ngone@example.org,finance\n")
        self.json("subscriber", "import", path, "--newsletter", "daily")
        self.issue("2026-11-20", NOW, SEVEN)
        for words in ([], ["--json"]):
            held = json.loads(self.instance.run("subscriber", "export", "GONE@example.org",
                                                *words).stdout)
            self.assertEqual((held["email"], held["name"]), ("gone@example.org", "New"))
            self.assertEqual(len(held["subscriptions"]), 2)
            self.assertIn("told me by telephone", [line["source"] for line in held["consent"]])
            self.assertEqual(held["suppressions"][0]["reason"], "address")
            message, = held["messages"]
            self.assertEqual((message["newsletter"], message["state"], message["reason"]),
                             ("daily", "failed", "address"))
            self.assertEqual(held["attempts"][0]["code"], 550)
            self.assertEqual(held["bounces"][0]["status"], "5.1.1")
            self.assertEqual(held["batches"][0]["file"], str(path))
            self.assertEqual(held["changes"], [{"batch": 2, "newsletter": "daily", "status": "active",
                                                "topics": "", "at": -1, "timezone": ""}])
            self.assertEqual(held["names"], [{"batch": 1, "before": "Old", "after": "New"}])
            self.assertEqual({act["subject"] for act in held["audit"]}, {"gone@example.org", "Gone@Example.ORG"})
            self.assertEqual(held["files"],
                             [str(self.instance.dir / "subscribers" / "import-1.errors.csv")])
        self.fails(66, "subscriber", "export", "nobody@example.org")


class LastMoment(Case):
    def test_who_unsubscribes_before_the_sender_reaches_the_message_is_not_mailed(self):
        """The sender runs already when they leave, a moment before it is due."""
        self.subscribe("ann@example.org", "bob@example.org")
        self.instance.briefing("daily", "2026-11-20.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-20")
        daemon = self.instance.start("run", "sender", "--senders", "1",
                                     now="2026-11-20T06:59:50Z")
        try:
            for line in daemon.stderr:
                if "event=started" in line:
                    break
            self.instance.run("unsubscribe", "ann@example.org", now="2026-11-20T06:59:59Z")
            if self.rcpt:
                self.skipTest("this machine took ten seconds to unsubscribe")
            until = time.monotonic() + PATIENCE
            while "bob@example.org" not in self.rcpt and time.monotonic() < until:
                time.sleep(0.05)  # a poll of another process's state
        finally:
            daemon.terminate()
            daemon.communicate()
        rows = self.instance.queue("edition=1")  # not the goodbye
        self.assertEqual((rows["ann@example.org"]["state"], rows["ann@example.org"]["reason"]),
                         ("cancelled", "unsubscribed"))
        self.assertEqual(rows["bob@example.org"]["state"], "sent")


if __name__ == "__main__":
    unittest.main()
