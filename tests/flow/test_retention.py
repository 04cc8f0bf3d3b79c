"""What is forgotten when, from outside: attempts, messages, replies; and what stays of them."""

import os
import sqlite3
import time
import unittest

import test_queue_admin as admin
import tidings

PEOPLE = ["ann@example.org", "later@example.org", "fails@example.org", "doubt@example.org"]
AFTER_14_DAYS = "2026-12-05T08:00:00Z"
AFTER_89_DAYS = "2027-02-17T08:00:00Z"
AFTER_91_DAYS = "2027-02-20T08:00:00Z"


class Case(admin.Case):
    def setUp(self):
        self.store, self.server = self.sent(PEOPLE)

    def rows(self, sql):
        with sqlite3.connect(self.store.dir / "queue" / "tidings.db") as store:
            return store.execute(sql).fetchall()

    def compact(self, now, *args):
        return self.store.json("db", "compact", *args, now=now)

    def whole(self):
        self.assertEqual(self.store.json("db", "verify")["ok"], True)


class Attempts(Case):
    def tried(self):
        return {address.split("@")[0] for address, in self.rows(
            "SELECT DISTINCT s.address FROM attempt a JOIN subscriber s ON s.id = a.subscriber")}

    def test_a_250_is_kept_14_days_all_else_90(self):
        self.compact("2026-12-03T08:00:00Z")
        self.assertEqual(self.tried(), {"ann", "later", "fails", "doubt"})
        done = self.compact(AFTER_14_DAYS)
        self.assertEqual((done["attempts"], done["messages"]), (1, 0))
        self.assertEqual(self.tried(), {"later", "fails", "doubt"})
        self.assertEqual(self.store.states()["sent"], 1)
        self.compact(AFTER_89_DAYS)
        self.assertEqual(self.tried(), {"later", "fails", "doubt"})
        self.compact(AFTER_91_DAYS)
        self.assertEqual(self.tried(), set())
        self.whole()

    def test_as_configured(self):
        self.store.configure("# retention:\n#   queue_ids: 14d", "retention:\n  queue_ids: 2d")
        self.assertEqual(self.compact("2026-11-22T06:00:00Z")["attempts"], 0)
        self.assertEqual(self.compact("2026-11-22T08:00:00Z")["attempts"], 1)

    def test_messages_outlive_their_bounces(self):
        self.store.configure("# retention:\n#   queue_ids: 14d\n#   attempts: 90d\n#   messages: 90d",
                             "retention:\n  messages: 29d")
        self.assertIn("bounce.accept_for, 30 days", self.refused(self.store, 78, "db", "compact").stderr)


class Messages(Case):
    def ends(self, person):
        told = self.store.json("why", f"{person}@example.org", now=AFTER_91_DAYS)
        self.assertEqual((told["messages"], told["absent"]), ([], []))
        return [(past["edition"], past["newsletter"], past["slug"], past["state"], past["reason"])
                for past in told["past"]]

    def test_how_each_ended_stays(self):
        done = self.compact(AFTER_91_DAYS)
        self.assertEqual((done["messages"], done["editions"], done["expired"], done["variants"]),
                         (4, 1, 1, 1))
        self.assertEqual(self.store.states(), {})
        ends = {"ann": ("sent", None), "later": ("expired", "too_late"),
                "fails": ("failed", "policy"), "doubt": ("in_doubt", "unknown_fate")}
        for person, end in ends.items():
            self.assertEqual(self.ends(person), [(1, "daily", admin.DATE, *end)], person)
        said = self.store.run("why", "fails@example.org").stdout
        self.assertIn(f"daily {admin.DATE}: failed", said)
        told = self.store.json("why", "1-1")
        self.assertEqual(len(told["past"]), 1)
        self.refused(self.store, 66, "why", "1-99")
        self.whole()

    def test_counts_of_the_edition_stay(self):
        before = self.store.json("edition", "show", "1")["states"]
        (listed,) = self.store.json("edition", "list")
        self.compact(AFTER_91_DAYS)
        before["expired"] = before.pop("deferred")
        self.assertEqual(self.store.json("edition", "show", "1")["states"], before)
        (again,) = self.store.json("edition", "list")
        self.assertEqual((again["messages"], again["sent"]), (listed["messages"], listed["sent"]))

    def test_years_and_editions_gather_in_one_row(self):
        for date in ("2026-11-23", "2026-11-24", "2027-01-04"):
            self.store.briefing("daily", f"{date}.txt", admin.BRIEFING)
            self.store.run("edition", "assemble", "daily", "--date", date,
                           now=f"{date}T07:00:00Z")
            self.store.run("send", "--drain", now=f"{date}T07:00:00Z", check=False)
        self.assertEqual(self.compact("2027-05-01T08:00:00Z")["messages"], 16)
        self.assertEqual(self.rows("SELECT year, count(*) FROM history GROUP BY year"),
                         [(2026, 4), (2027, 4)])
        told = self.store.json("why", "ann@example.org")["past"]
        self.assertEqual([past["edition"] for past in told], [4, 3, 2, 1])
        told = self.store.json("why", "ann@example.org", "--limit", "2")["past"]
        self.assertEqual([past["edition"] for past in told], [4, 3])

    def test_a_dry_run_counts_the_same_and_changes_nothing(self):
        before = self.rows("SELECT * FROM message"), self.rows("SELECT * FROM attempt")
        dry = self.compact(AFTER_91_DAYS, "--dry-run")
        self.assertEqual((self.rows("SELECT * FROM message"), self.rows("SELECT * FROM attempt")),
                         before)
        done = self.compact(AFTER_91_DAYS)
        same = ("messages", "expired", "attempts", "editions")
        self.assertEqual([dry[key] for key in same], [done[key] for key in same])

    def test_what_is_due_later_than_its_edition_is_made_is_kept_as_long(self):
        week = 7 * 24 * 3600
        self.rows(f"UPDATE message SET due = due + {week}, next = next + {week} WHERE state = 2")
        done = self.compact(AFTER_91_DAYS)
        self.assertEqual((done["messages"], done["expired"]), (3, 0))
        self.assertEqual(self.store.states(), {"deferred": 1})
        self.whole()

    def test_what_a_sender_has_in_hand_stays(self):
        self.rows("INSERT INTO sender VALUES (77, 'elsewhere', 1, 1, 9999999999999999)")
        self.rows("UPDATE message SET state = 4, sender = 77, reason = 0, next = due"
                  " WHERE state = 1")
        self.assertEqual(self.compact(AFTER_91_DAYS)["messages"], 3)
        self.assertEqual(self.store.states(), {"on_wire": 1})

    def test_cut_short_at_every_commit(self):
        """Each run ends by _exit before its nth commit; whatever was done stays done, and in the
        end nothing is lost or told twice."""
        ends = None
        for crash in range(1, 40):
            done = self.store.run("db", "compact", now=AFTER_91_DAYS, check=False,
                                  env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            self.assertIn(done.returncode, (0, 99))
            if done.returncode == 0:
                break
            kept = self.rows("SELECT count(*) FROM message")[0][0]
            past = sum(len(self.store.json("why", who)["past"]) for who in PEOPLE)
            self.assertEqual(kept + past, 4)
        else:
            self.fail("it never ended")
        ends = {who: self.ends(who.split("@")[0]) for who in PEOPLE}
        self.assertTrue(all(len(end) == 1 for end in ends.values()))
        self.whole()


class Replies(Case):
    def texts(self):
        return {text for text, in self.rows("SELECT text FROM reply")}

    def test_they_go_at_the_second_look(self):
        self.assertGreaterEqual(len(self.texts()), 3)
        self.assertEqual(self.compact(AFTER_91_DAYS)["replies"], 0)
        kept = self.texts()
        self.assertEqual(self.compact(AFTER_91_DAYS)["replies"], len(kept))
        self.assertEqual(self.texts(), set())

    def test_what_a_server_says_again_in_between_stays(self):
        self.compact(AFTER_91_DAYS)
        day = "2027-02-20"
        self.store.briefing("daily", f"{day}.txt", admin.BRIEFING)
        self.store.run("edition", "assemble", "daily", "--date", day, now=f"{day}T07:00:00Z")
        self.store.run("send", "--drain", now=f"{day}T07:00:00Z", check=False)
        self.compact(AFTER_91_DAYS)
        shown = self.store.json("why", "fails@example.org")["messages"][0]["attempts"]
        self.assertEqual(shown[-1]["reply"], "550 5.7.1 not wanted here")
        self.whole()

    def test_a_reply_in_use_again_is_not_dropped_by_a_look_of_before(self):
        """Retention has looked and is about to drop what it marked; a sender is faster."""
        self.rows("UPDATE reply SET unused = 1")
        self.store.run("queue", "retry", "state=failed")
        self.drain(self.store)
        self.rows("DELETE FROM reply WHERE unused = 1 AND text LIKE '%5.7.1%'")
        shown = self.store.json("why", "fails@example.org")["messages"][0]["attempts"]
        self.assertEqual(shown[-1]["reply"], "550 5.7.1 not wanted here")

    def test_a_sender_that_remembers_a_reply_that_is_gone(self):
        """It knows the reply's number by heart; the reply was dropped meanwhile."""
        sender = self.store.start("send")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.terminate)
        for name in ("one", "two"):
            self.store.briefing("daily", f"{admin.DATE}-{name}.txt", admin.BRIEFING)
            self.store.run("edition", "assemble", "daily", "--date", admin.DATE, "--name", name)
            selector = f"edition={admin.DATE}-{name}"
            end = time.monotonic() + 60
            while self.store.states(selector).get("failed") != 1:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.05)
            if name == "one":
                with sqlite3.connect(self.store.dir / "queue" / "tidings.db") as store:
                    store.execute("DELETE FROM attempt")
                    store.execute("DELETE FROM reply")
        shown = self.store.json("why", "fails@example.org")["messages"][0]["attempts"]
        self.assertEqual([attempt["reply"] for attempt in shown], ["550 5.7.1 not wanted here"])
        self.whole()


class Mails(Case):
    """The wording of a confirmation is evidence that the consent ledger refers to."""

    def left(self, *changes):
        for change in changes:
            self.rows(change)
        self.compact(AFTER_91_DAYS)
        self.assertEqual(self.rows("SELECT count(*) > 0 FROM selection"),
                         self.rows("SELECT count(*) > 0 FROM variant"))
        return self.rows("SELECT count(*) FROM variant")[0][0]

    def test_those_of_an_issue_go(self):
        self.assertEqual(self.left(), 0)

    def test_those_of_a_notice_to_subscribers_stay(self):
        self.assertEqual(self.left("UPDATE edition SET class = 0, audience = 1"), 1)

    def test_those_of_a_report_go(self):
        self.assertEqual(self.left("UPDATE edition SET class = 0, audience = 3"), 0)

    def test_of_notices_with_the_same_words_the_last_is_enough(self):
        self.store.briefing("daily", f"{admin.DATE}-two.txt", admin.BRIEFING)
        self.store.run("edition", "assemble", "daily", "--date", admin.DATE, "--name", "two")
        self.left("UPDATE edition SET class = 0, audience = 1, hash = x'01'")
        self.assertEqual(self.rows("SELECT DISTINCT edition FROM variant"), [(2,)])


if __name__ == "__main__":
    unittest.main()
