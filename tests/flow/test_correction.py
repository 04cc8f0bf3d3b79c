"""What comes instead of an edition that is wrong, from outside: a new freeze before anything of it
was sent, a correction to exactly those who got it or may have afterwards.
"""

import os
import sqlite3
import time
import unittest

import test_queue_admin as admin

RIGHT = "What really happened.\n\nThe first story is a long one, and right this time.\n"


class Correction(admin.Case):
    people = ["ann@example.org", "later@example.org", "fails@example.org", "doubt@example.org",
              {"email": "eve@example.net", "at": "15:00"},
              {"email": "text@example.org", "format": "text"}]

    def setUp(self):
        self.store, self.server = self.sent(self.people)
        self.before = len(self.server.mails)
        self.store.briefing("daily", f"{admin.DATE}-correction.txt", RIGHT)

    def correct(self, *args, **more):
        return self.store.json("edition", "assemble", "daily", "--correction-of", "1", *args, **more)

    def test_exactly_those_who_got_it_or_may_have(self):
        made = self.correct()
        self.assertEqual((made["slug"], made["corrects"], made["messages"], made["skipped"]),
                         (f"{admin.DATE}-correction", 1, 3, 0))
        self.assertEqual(set(self.store.queue("edition=2")),
                         {"ann@example.org", "doubt@example.org", "text@example.org"})

    def test_bounced_ones_did_not_get_it(self):
        with sqlite3.connect(self.store.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE message SET state = 8 WHERE state = 1 AND subscriber = 1")
        self.correct()
        self.assertEqual(set(self.store.queue("edition=2")),
                         {"doubt@example.org", "text@example.org"})

    def test_who_left_or_is_suppressed_gets_none(self):
        self.store.run("unsubscribe", "ann@example.org", "--newsletter", "daily")
        made = self.correct()
        self.assertEqual(set(self.store.queue(f"edition={made['edition']}")),
                         {"doubt@example.org", "text@example.org"})

    def test_it_goes_at_once_to_readers_with_an_hour_of_their_own(self):
        late = f"{admin.DATE}T15:30:00Z"
        self.drain(self.store, now=late)
        self.correct(now=late)
        self.drain(self.store, now=late)
        mails = [mail for mail in self.server.mails[self.before:] if b"really" in mail[2]]
        self.assertEqual(sorted(mail[1].split("@")[0] for mail in mails), ["ann", "eve", "text"])
        self.assertEqual(self.store.queue("edition=2", "state=in_doubt").keys(),
                         {"doubt@example.org"})

    def test_who_may_yet_get_the_faulty_one_is_told(self):
        done = self.store.run("edition", "assemble", "daily", "--correction-of", admin.DATE)
        self.assertIn("2 messages of edition 1 wait", done.stderr)
        self.assertEqual(self.correct()["existing"], True)

    def test_frozen_by_its_own_slug(self):
        self.correct()
        self.store.briefing("daily", f"{admin.DATE}-correction.txt", "Other.\n\nWords.\n")
        again = self.correct()
        self.assertEqual((again["edition"], again["existing"]), (2, True))
        self.store.briefing("daily", f"{admin.DATE}-second.txt", RIGHT)
        self.assertEqual(self.correct("--name", "second")["edition"], 3)

    def test_an_edition_that_is_none_of_it_is_no_correction(self):
        self.store.briefing("daily", f"{admin.DATE}-special.txt", RIGHT)
        self.store.run("edition", "assemble", "daily", "--date", admin.DATE, "--name", "special")
        done = self.refused(self.store, 73, "edition", "assemble", "daily", "--correction-of", "1",
                            "--name", "special")
        self.assertIn("another --name", done.stderr)

    def test_what_cannot_be_corrected(self):
        self.refused(self.store, 66, "edition", "assemble", "daily", "--correction-of", "99")
        self.refused(self.store, 66, "edition", "assemble", "weekly", "--correction-of", "1")
        self.refused(self.store, 64, "edition", "assemble", "daily", "--correction-of", "1",
                     "--date", admin.DATE)
        self.store.briefing("daily", "2026-11-23.txt", RIGHT)
        self.store.run("edition", "assemble", "daily", "--date", "2026-11-23")
        done = self.refused(self.store, 1, "edition", "assemble", "daily", "--correction-of", "2")
        self.assertIn("--replace", done.stderr)

    def test_a_notice_has_no_readers_to_correct_it_for(self):
        self.store.run("unsubscribe", "ann@example.org", "--newsletter", "daily")
        self.drain(self.store)
        (notice,) = [row["edition"] for row in self.store.json("edition", "list", "--notices")
                     if row["slug"].startswith("goodbye")]
        done = self.refused(self.store, 1, "edition", "assemble", "daily", "--correction-of",
                            str(notice))
        self.assertIn("is a notice", done.stderr)

    def test_a_crash_goes_on_with_the_same_readers(self):
        for crash in range(1, 20):
            done = self.store.run("edition", "assemble", "daily", "--correction-of", "1",
                                  check=False, env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            self.assertIn(done.returncode, (0, 99), done.stderr)
            if done.returncode == 0:
                break
            if len(self.store.json("edition", "list")) > 1:  # frozen: what it is stands in its row
                self.store.run("edition", "assemble", "daily", "--date", admin.DATE, "--name",
                               "correction")
        self.assertEqual(len(self.store.queue("edition=2")), 3)


class Replace(admin.Case):
    def replace(self, store, *args, **more):
        return store.json("edition", "assemble", "daily", "--date", admin.DATE, "--replace",
                          *args, **more)

    def test_a_new_freeze_before_anything_was_sent(self):
        server = self.peer()
        store = self.instance(["ann@example.org", "bob@example.org"], server.port)
        store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
        made = self.replace(store)
        self.assertEqual((made["edition"], made["replaced"], made["existing"], made["slug"]),
                         (2, 1, False, admin.DATE))
        self.assertEqual(store.states("edition=1"), {"cancelled": 2})
        self.drain(store)
        self.assertEqual(self.received(server), ["ann", "bob"])
        self.assertTrue(all(b"right this time" in mail[2] for mail in server.mails))
        listed = {row["edition"]: (row["slug"], row["phase"])
                  for row in store.json("edition", "list")}
        self.assertEqual(listed, {1: (f"{admin.DATE}.replaced-1", "cancelled"),
                                  2: (admin.DATE, "open")})
        self.assertIn("edition assemble --replace", [line[1] for line in self.audit(store)])

    def test_a_crash_leaves_nothing_waiting_of_the_old_one(self):
        """Whoever sends, or keeps house, next cancels what the command did not come to."""
        met = 0
        for crash in range(1, 30):
            server = self.peer()
            store = self.instance(["ann@example.org", {"email": "eve@example.net", "at": "15:00"}],
                                  server.port)
            store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
            done = store.run("edition", "assemble", "daily", "--date", admin.DATE, "--replace",
                             check=False, env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            phases = [row["phase"] for row in store.json("edition", "list")]
            left = "cancelled" in phases and "queued" in store.states("edition=1")
            met += left
            self.drain(store)
            if "cancelled" in phases:
                self.assertEqual(store.states("edition=1"), {"cancelled": 2}, crash)
                self.assertEqual(self.audit(store)[-1][1:] if left else ("edition cancel",),
                                 ("edition cancel", "edition=1", 2) if left else ("edition cancel",))
            self.assertFalse([mail for mail in server.mails
                              if "cancelled" in phases and b"right this time" not in mail[2]])
            if done.returncode == 0:
                break
        self.assertGreater(met, 0)

    def test_the_scheduler_sweeps_too(self):
        store = self.instance(["ann@example.org", {"email": "eve@example.net", "at": "15:00"}])
        store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
        crash = 0
        while store.states("edition=1") != {"queued": 2} or "cancelled" not in [
                row["phase"] for row in store.json("edition", "list")]:
            crash += 1
            store.run("edition", "assemble", "daily", "--date", admin.DATE, "--replace",
                      check=False, env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
        daemon = store.start("run", "scheduler")
        self.addCleanup(daemon.communicate)
        self.addCleanup(daemon.terminate)
        deadline = time.monotonic() + 60
        while store.states("edition=1") != {"cancelled": 2}:
            self.assertLess(time.monotonic(), deadline)

    def test_not_once_something_has_left_or_may_have(self):
        for who in ("ann@example.org", "doubt@example.org"):
            with self.subTest(who):
                store, _ = self.sent([who, {"email": "eve@example.net", "at": "15:00"}])
                store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
                done = self.refused(store, 1, "edition", "assemble", "daily", "--date",
                                    admin.DATE, "--replace")
                self.assertIn("--correction-of 1", done.stderr)
                self.assertEqual(len(store.json("edition", "list")), 1)

    def test_not_under_a_senders_hands(self):
        store = self.instance(["ann@example.org"])
        with sqlite3.connect(store.dir / "queue" / "tidings.db") as rows:
            rows.execute("INSERT INTO sender VALUES (77, 'elsewhere', 1, 1, 9999999999999999)")
            rows.execute("UPDATE message SET state = 3, sender = 77")
        self.refused(store, 75, "edition", "assemble", "daily", "--date", admin.DATE, "--replace")

    def test_what_was_refused_or_put_off_may_be_replaced(self):
        store, server = self.sent(["later@example.org", "fails@example.org"])
        store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
        self.assertEqual(self.replace(store)["messages"], 2)
        self.assertEqual(store.states("edition=2"), {"queued": 2})
        self.assertEqual(server.mails, [])

    def test_a_faulty_source_leaves_what_is_there(self):
        store = self.instance(["ann@example.org"])
        store.briefing("daily", f"{admin.DATE}.txt", "")
        self.refused(store, 65, "edition", "assemble", "daily", "--date", admin.DATE, "--replace")
        (only,) = store.json("edition", "list")
        self.assertEqual((only["slug"], only["phase"], only["waiting"]), (admin.DATE, "open", 1))

    def test_what_was_held_stays_held(self):
        store = self.instance(["ann@example.org"])
        store.run("edition", "hold", "1")
        self.assertEqual(self.replace(store)["held"], True)

    def test_with_nothing_there_it_is_made(self):
        store = self.instance(["ann@example.org"])
        store.briefing("daily", "2026-11-23.txt", RIGHT)
        made = store.json("edition", "assemble", "daily", "--date", "2026-11-23", "--replace")
        self.assertEqual((made["edition"], made.get("replaced")), (2, None))

    def test_a_crash_at_every_commit(self):
        """Never two editions of one slug that may be sent, and in the end one."""
        server = self.peer()
        store = self.instance(["ann@example.org"], server.port)
        store.briefing("daily", f"{admin.DATE}.txt", RIGHT)
        for crash in range(1, 20):
            done = store.run("edition", "assemble", "daily", "--date", admin.DATE, "--replace",
                             check=False, env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            self.assertIn(done.returncode, (0, 99), done.stderr)
            alive = [row for row in store.json("edition", "list") if row["phase"] != "cancelled"]
            self.assertEqual([row["slug"] for row in alive], [admin.DATE])
            if done.returncode == 0:
                break
        self.drain(store)
        self.assertEqual(self.received(server), ["ann"])


if __name__ == "__main__":
    unittest.main()
