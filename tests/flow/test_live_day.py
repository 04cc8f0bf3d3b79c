"""A live blog through a day: every reader gets each entry they chose exactly once, whatever becomes of
their mails and whatever the editor does to the entries."""

import collections
import sqlite3
import unittest

import tidings
from liveblog import ALERTS, CLOSE, FILL, NOON, THREE, Blog, Case, Entry, clock, minute, sample


class Troubles(Case):
    def test_what_was_put_off_comes_with_the_next(self):
        day = self.day(sample("2.00pm", "11.00am", "8.30am"), {"a": {}, "b": {}})
        day.go(9 * 60)
        day.send("rcpt 451 to b@readers.example")
        self.assertEqual(day.state("b", "digest-1"), ("deferred", "try_later"))
        day.go(NOON)
        day.send()
        self.assertEqual(day.state("b", "digest-1"), ("cancelled", "superseded"))
        self.assertEqual(self.why(day, "b", "digest-1"),
                         "It was withdrawn: a later digest of the live blog had it.")
        day.go(THREE)
        day.send()
        self.assertEqual(day.digests("a"), [["8.30am"], ["11.00am"], ["2.00pm"]])
        self.assertEqual(day.digests("b"), [["11.00am", "8.30am"], ["2.00pm"]])

    def test_what_was_put_off_at_the_readers_own_hour_is_not_put_off_to_tomorrow(self):
        day = self.day(sample("2.30pm", "11.00am"), {"two": {"at": "14:00"}})
        day.go(NOON)
        day.go(14 * 60)
        day.send('rcpt 450 "4.2.1 later"')
        self.assertEqual(day.state("two", "digest-1"), ("deferred", "try_later"))
        day.go(THREE)
        day.send()
        self.assertEqual(day.digests("two"), [["2.30pm", "11.00am"]])

    def test_a_failed_digest_is_not_tried_again_where_a_later_one_has_its_entries(self):
        day = self.day(sample("9.30am", "8.30am"), {"a": {}}, configure=[
            ("digests: [09:00, 12:00, 15:00]", "digests: [09:00, 09:45]")])
        day.go(9 * 60)
        day.send('rcpt 550 "5.7.1 no"')
        self.assertEqual(day.state("a", "digest-1"), ("failed", "policy"))
        day.go(9 * 60 + 45)
        day.send()
        done = day.instance.run("queue", "retry", "state=failed", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("in a later digest", done.stdout)
        self.assertIn("in a later digest", done.stderr)
        day.send(now=clock(10 * 60))
        self.assertEqual(day.digests("a"), [["9.30am", "8.30am"]])

    def test_one_that_is_in_no_later_digest_is(self):
        day = self.day(sample("8.30am"), {"a": {}})
        day.go(9 * 60)
        day.send('rcpt 550 "5.7.1 no"')
        day.instance.run("queue", "retry", "state=failed")
        day.send(now=clock(9 * 60 + 5))
        self.assertEqual(day.digests("a"), [["8.30am"]])

    def test_what_is_in_doubt_counts_as_seen(self):
        day = self.day(sample("11.00am", "8.30am"), {"a": {}, "b": {}})
        day.go(9 * 60)
        day.send("after-dot drop to b@readers.example")  # it has it, and we do not know
        self.assertEqual(day.state("b", "digest-1")[0], "in_doubt")
        day.go(NOON)
        day.send()
        self.assertEqual(day.state("b", "digest-1")[0], "in_doubt")
        self.assertEqual(day.digests("b"), [["8.30am"], ["11.00am"]])

    def test_and_as_unseen_where_it_is_sent_again(self):
        day = self.day(sample("11.00am", "8.30am"), {"a": {}, "b": {}},
                       configure=[("    template: live\n", "    template: live\n    in_doubt: resend\n")])
        day.go(9 * 60)
        day.send("dot drop to b@readers.example")  # it has it not
        self.assertIn(day.state("b", "digest-1")[0], ("queued", "deferred", "in_doubt"))
        day.go(NOON)
        self.assertEqual(day.state("b", "digest-1"), ("cancelled", "superseded"))
        day.send()
        self.assertEqual(day.digests("b"), [["11.00am", "8.30am"]])

    def test_what_failed_or_came_too_late_is_in_the_next(self):
        day = self.day(sample("2.00pm", "11.00am", "8.30am"), {"a": {}, "b": {}})
        day.go(9 * 60)
        day.send("rcpt 554 '5.7.1 not today' to b@readers.example".replace("'", '"'))
        self.assertEqual(day.state("b", "digest-1")[0], "failed")
        day.go(NOON)  # nobody sends: it expires
        day.send(now="2026-11-20T14:30:00Z")
        self.assertEqual(day.state("b", "digest-2")[0], "expired")
        day.go(THREE)
        day.send()
        self.assertEqual(day.digests("b"), [["2.00pm", "11.00am", "8.30am"]])
        self.assertEqual(day.digests("a"), [["8.30am"], ["2.00pm", "11.00am"]])

    def test_whose_mail_a_sender_has_in_hand_is_passed_over_once(self):
        day = self.day(sample("2.00pm", "11.00am", "8.30am"), {"a": {}},
                       configure=[("valid_for: 2h", "valid_for: 6h")])
        day.go(9 * 60)
        self.hold_in_hand(day)
        day.go(NOON)
        self.assertEqual(day.state("a", "digest-2"), ("skipped", "under_way"))
        self.assertIn("one of this live blog was on its way", self.why(day, "a", "digest-2"))
        day.send()  # the sender is gone: its lease falls back
        day.go(THREE)
        day.send()
        self.assertEqual(day.digests("a"), [["8.30am"], ["2.00pm", "11.00am"]])

    def why(self, day, name, slug):
        messages = day.instance.json("why", f"{name}@readers.example")["messages"]
        (why,) = [message["why"] for message in messages if message["slug"].endswith(slug)]
        return why

    def hold_in_hand(self, day):
        """As a sender that is between claim and dot leaves the row."""
        with sqlite3.connect(day.instance.dir / "queue" / "tidings.db") as db:
            db.execute("INSERT INTO sender (id, host, pid, started, until) VALUES (99, 'x', 1, 0, "
                       "(SELECT max(created) FROM edition))")
            db.execute("UPDATE message SET state = 3, sender = 99 WHERE edition = "
                       "(SELECT max(edition) FROM digest)")
        db.close()


class Twice(Case):
    def test_a_scheduler_that_is_killed_at_any_commit_goes_on(self):
        day = self.day(sample("11.00am", "8.30am"), {f"r{i}": {} for i in range(3)})
        day.go(9 * 60)
        day.send("rcpt 451 to r1@readers.example")
        crashes = 0
        for n in range(1, 60):
            day.instance.briefing("live", "2026-11-20.txt", day.blog.at(NOON))
            done = day.instance.run("schedule", "run", now="2026-11-20T12:00:00Z", check=False,
                                    env={"TIDINGS_CRASH_AT": str(n)})
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 99, done.stderr)
            crashes += 1
        self.assertGreater(crashes, 3)
        day.go(NOON)
        day.send()
        self.assertEqual(day.digests("r0"), [["8.30am"], ["11.00am"]])
        self.assertEqual(day.digests("r1"), [["11.00am", "8.30am"]])


class Seed(Case):
    """The live blog of a real day: five readers and some more, and an editor who edits."""

    def test_everyone_gets_each_entry_once(self):
        blog = Blog.of(tidings.seed_files()[1].read_text(encoding="utf-8"))
        self.assertGreater(len(blog.entries), 30)
        marks = [entry.mark for entry in blog.entries]
        self.assertEqual(len(set(marks)), len(marks))
        urgent = blog.find("2.17pm")
        urgent.text = urgent.text.replace("2.17pm ", "2.17pm !urgent ")
        day = self.day(blog, {
            "each": {}, "finance": {"topics": "finance", "format": "text"},
            "rest": {"topics": "-finance"}, "daily": {"cadence": "daily"},
            "deferred": {}, "doubt": {}}, configure=ALERTS)
        twin = Entry(f"12.02pm A second one of the minute after noon, {FILL}", seen=NOON + 12)
        blog.entries.insert(blog.entries.index(blog.find("12.02pm")), twin)
        late = Entry(f"11.20am Typed long after its time, {FILL}", seen=minute("1.30pm"))
        blog.entries.insert(blog.entries.index(blog.find("11.16am")), late)
        before_noon = [entry for entry in blog.entries if entry.seen <= NOON]
        for now in range(8 * 60 + 30, CLOSE + 1, 30):
            if now == NOON + 30:
                day.join({"noon": {}})
                edited = blog.find("10.54am")
                edited.text += " An earlier version of this entry was wrong."
            for when in sorted({now} | {entry.seen for entry in blog.entries
                                        if entry is urgent and now - 30 < entry.seen < now}):
                if not day.go(when):
                    continue
                day.send("rcpt 451 to deferred@readers.example; "
                         "after-dot drop to doubt@readers.example" if when == NOON else None)
        for name in ("each", "daily", "deferred", "doubt"):
            with self.subTest(reader=name):
                self.check_once(day, name, blog.entries)
        self.check_once(day, "noon", [e for e in blog.entries if e not in before_noon])
        finance = self.seen(day, "finance")
        rest = self.seen(day, "rest")
        self.assertEqual(set(finance) | set(rest), set(blog.entries))
        self.assertEqual(max((finance + rest).values()), 2)  # of no topic: for both
        self.assertEqual(max(finance.values()), 1)
        self.assertEqual(max(rest.values()), 1)
        self.assertLess(len(finance), len(blog.entries))
        self.assertEqual(day.digests("each")[2], ["2.17pm"])  # at once, by itself
        self.assertEqual(len(day.digests("daily")), 2)        # the alert, and all at the close
        for name in ("each", "deferred"):
            for digest in day.mails(name):
                shown = blog.shown(digest)
                order = [blog.entries.index(entry) for entry in shown]
                self.assertEqual(order, sorted(order))

    def seen(self, day, name):
        return collections.Counter(entry for mail in day.mails(name) for entry in day.blog.shown(mail))

    def check_once(self, day, name, entries):
        seen = self.seen(day, name)
        self.assertEqual({entry: n for entry, n in seen.items() if n != 1}, {})
        self.assertEqual(set(seen), set(entries))


if __name__ == "__main__":
    unittest.main()
