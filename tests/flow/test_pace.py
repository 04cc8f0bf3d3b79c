"""Limits that hold over all senders, and windows of domain groups: what a server sees of them."""

import os
import sqlite3
import threading
import time
import unittest

import pace
import tidings


def most_in_a_second(instants):
    instants = sorted(instants)
    return max(sum(1 for later in instants[i:] if later - first < 1)
               for i, first in enumerate(instants))


class Limits(pace.Case):
    def test_four_senders_keep_to_five_sessions_and_ten_messages_a_second(self):
        watch = pace.Watch()
        server = self.peer(watch)
        people = pace.addresses(600 if tidings.FULL else 35)
        instance = self.instance(server.port, people, keys="    sessions: 5\n    rate: 10\n")
        sent = self.drain(instance, 0, "--senders", "4")
        self.assertEqual(sent["sent"], len(people))
        self.assertEqual(self.received(server), people)
        self.assertLessEqual(watch.most_open, 5)
        # Begun, that is: a server counts at MAIL. One that is slow to note when a mail has come whole
        # would see those of two seconds together.
        self.assertLessEqual(most_in_a_second(watch.mail_at), 10)
        taken = max(watch.mail_at) - min(watch.mail_at)
        print(f"{len(people)} messages in {taken:.1f} s, at most {watch.most_open} sessions and "
              f"{most_in_a_second(watch.mail_at)} messages in a second", flush=True)
        self.assertLess(taken, len(people) / 10 * (2 if tidings.FULL else 10))  # they use what they may

    def test_many_senders_never_have_more_sessions_than_the_relay_takes(self):
        watch = pace.Watch(pause=0.002)
        server = self.peer(watch)
        people = pace.addresses(600)
        instance = self.instance(server.port, people, keys="    sessions: 3\n")
        self.drain(instance, 0, "--senders", "4")
        self.assertEqual(self.received(server), people)
        self.assertLessEqual(watch.most_open, 3)

    def test_an_hours_limit_ends_a_drain_and_counts_over_runs(self):
        server = self.peer()
        instance = self.instance(server.port, pace.addresses(30), keys="    hourly: 12\n")
        self.assertEqual(self.drain(instance, 75)["sent"], 12)
        self.assertEqual(self.drain(instance, 75, now=f"{pace.DATE}T07:30:00Z")["sent"], 0)
        self.assertEqual(self.drain(instance, 75, now=f"{pace.DATE}T08:02:00Z")["sent"], 12)
        self.assertEqual(self.drain(instance, 0, now=f"{pace.DATE}T09:05:00Z")["sent"], 6)

    def test_a_warm_up_allows_more_from_day_to_day(self):
        server = self.peer()
        instance = self.instance(server.port, pace.addresses(40), keys=(
            "    warm_up: [5, 10]\n    warm_up_from: 2026-11-20\n"))
        instance.configure("valid_for: 10h", "valid_for: 90h")
        self.assertEqual(self.drain(instance, 75)["sent"], 5)
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE edition SET valid_for = 360000")
        self.assertEqual(self.drain(instance, 75, now="2026-11-21T07:05:00Z")["sent"], 10)
        self.assertEqual(self.drain(instance, 0, now="2026-11-22T07:10:00Z")["sent"], 25)

    def test_what_a_killed_sender_was_granted_is_free_again(self):
        gate = threading.Event()
        waiting = threading.Semaphore(0)

        def hold(stage, words, session):
            if stage == "DATA" and not gate.is_set():
                waiting.release()
                gate.wait(60)

        server = self.peer(hold)
        people = pace.addresses(40)
        instance = self.instance(server.port, people, keys="    sessions: 2\n")
        sender = instance.start("send", "--drain")
        self.assertTrue(waiting.acquire(timeout=30) and waiting.acquire(timeout=30))
        sender.kill()
        sender.communicate()
        gate.set()
        server.hear_out()
        self.drain(instance)
        self.assertEqual(self.received(server), people)
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            self.assertEqual(store.execute("SELECT * FROM sender_grant").fetchall(), [])


class Windows(pace.Case):
    def slow(self, stage, words, session):
        if stage == "RCPT" and "@slow.example" in words:
            return "451 4.7.28 too many messages from you: slow down"
        return None

    def windows(self, instance):
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            return dict(store.execute("SELECT g.name, w.size FROM relay_window w"
                                      " JOIN domain_group g ON g.id = w.domain_group"))

    def test_a_provider_that_says_slow_down_gets_less_and_others_get_all(self):
        server = self.peer(self.slow)
        people = pace.addresses(100, "slow.example") + pace.addresses(100)
        instance = self.instance(server.port, people)
        self.drain(instance, 75)
        self.assertEqual(self.received(server), pace.addresses(100))
        self.assertEqual(self.windows(instance), {"slow.example": 1000})

    def test_a_crowd_without_room_does_not_slow_the_others(self):
        """All of one provider wait for a window of one; the others stand among them in the list. The
        first edition finds out, and moves the crowd out of the way: that once is not counted."""
        crowd, others = (900_000, 10_000) if tidings.FULL else (2_000, 200)
        server = self.peer(self.slow)
        seconds = {}
        for beside in (0, crowd):
            instance = self.enterContext(tidings.Instance(server.port, now=pace.SEVEN))
            instance.subscribe([{"email": who} for number in range(others) for who in (
                *(f"c{number}-{n}@slow.example" for n in range(beside // others)),
                f"reader{number:05}@example.org")])
            taken = [self.seconds_for(instance, server, name, others)
                     for name in ("first", "second", "third")]
            seconds[beside] = min(taken[1:])
            print(f"{others} messages beside {beside} of a window of one: "
                  f"{', '.join(f'{each:.2f}' for each in taken)} s of processor", flush=True)
        if tidings.FULL:
            self.assertLess(seconds[crowd], 2 * seconds[0])

    def seconds_for(self, instance, server, name, others):
        """What a sender uses up until the others have had an edition; what waits then is cancelled."""
        before = len(server.mails)
        instance.briefing("daily", f"{pace.DATE}-{name}.txt", pace.BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", pace.DATE, "--name", name)
        sender = instance.start("send")
        deadline = time.monotonic() + 240
        while len(server.mails) - before < others:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        sender.terminate()
        sender.stdout.read(), sender.stderr.read()
        _, _, usage = os.wait4(sender.pid, 0)
        sender.returncode = 0
        sender.communicate()
        self.assertEqual(instance.states(f"edition={pace.DATE}-{name}", "domain=example.org"),
                         {"sent": others})
        instance.run("edition", "cancel", f"{pace.DATE}-{name}")
        return usage.ru_utime + usage.ru_stime

    def test_readers_whose_group_is_not_known_do_not_wait_for_each_other(self):
        """As a database has them that is older than domain groups: they are of no group, not of one."""
        server = self.peer(self.slow)
        people = pace.addresses(60) + pace.addresses(60, "slow.example")
        instance = self.instance(server.port, people)
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE subscriber SET domain_group = 0")
        self.drain(instance, 75)
        self.assertEqual(self.received(server), pace.addresses(60))
        self.assertEqual(instance.states(), {"sent": 60, "deferred": 60})
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            self.assertEqual(store.execute("SELECT * FROM relay_window").fetchall(), [])

    def test_why_names_the_window_or_the_rate_that_binds(self):
        server = self.peer(self.slow)
        instance = self.instance(server.port, pace.addresses(30, "slow.example"),
                                 keys="    hourly: 12\n")
        self.drain(instance, 75)
        now = f"{pace.DATE}T07:07:00Z"
        database = instance.dir / "queue" / "tidings.db"
        with sqlite3.connect(database) as store:  # somebody is at work
            store.execute("INSERT INTO sender (id, host, pid, started, until)"
                          " VALUES (99, 'elsewhere', 1, 0, 9000000000000000)")

        def limiter():
            waiting = min(row["address"] for row in instance.queue("state=queued").values())
            story = instance.json("why", waiting, now=now)["messages"][0]
            return story["limiter"], story["why"]

        name, words = limiter()
        self.assertEqual(name, "rate")
        self.assertIn("Relay main was given 12 of 12 messages in the last hour", words)
        with sqlite3.connect(database) as store:
            store.execute("DELETE FROM relay_use")
        name, words = limiter()
        self.assertEqual(name, "window")
        self.assertIn("slow.example gets at most 1 at a time by relay main", words)
        self.assertIn("slow down", words)

    def test_a_window_survives_a_restart_and_grows_with_success(self):
        server = self.peer(self.slow)
        instance = self.instance(server.port, pace.addresses(30, "slow.example"))
        self.drain(instance, 75)
        self.assertEqual(self.windows(instance), {"slow.example": 1000})
        watch = pace.Watch(pause=0.01)
        server.answer = watch
        self.drain(instance, 0, now=f"{pace.DATE}T07:10:00Z")
        self.assertEqual(len(server.mails), 30)
        grown = self.windows(instance)["slow.example"]
        self.assertGreater(grown, 5000)
        self.assertLess(grown, 9000)
        self.assertLess(watch.most_open, 12)


if __name__ == "__main__":
    unittest.main()
