"""What there is to count and to complain of, from outside: queue stats --by, and status."""

import json
import sqlite3
import time
import unittest

import peer
import test_queue_admin as admin


class Stats(admin.Case):
    def rows(self, instance, by, *selectors):
        counted = instance.json("queue", "stats", "--by", by, *selectors)
        self.assertEqual(counted["by"], by)
        return {row.pop(by): {key: count for key, count in row.items() if count}
                for row in counted["rows"]}

    def setUp(self):
        people = [{"email": "ann@example.org"}, {"email": "later@example.org"},
                  {"email": "fails@example.net", "format": "text"},
                  {"email": "eve@example.net", "at": "09:00"}]
        self.store, _ = self.sent(people)

    def test_by_domain(self):
        self.assertEqual(self.rows(self.store, "domain"), {
            "example.org": {"sent": 1, "deferred": 1, "messages": 2},
            "example.net": {"queued": 1, "failed": 1, "messages": 2}})

    def test_by_reason(self):
        self.assertEqual(self.rows(self.store, "reason"), {
            None: {"sent": 1, "queued": 1, "messages": 2}, "policy": {"failed": 1, "messages": 1},
            "try_later": {"deferred": 1, "messages": 1}})

    def test_by_relay_of_the_last_attempt(self):
        self.assertEqual(self.rows(self.store, "relay"), {
            "main": {"sent": 1, "deferred": 1, "failed": 1, "messages": 3},
            None: {"queued": 1, "messages": 1}})

    def test_by_variant(self):
        rows = self.rows(self.store, "variant")
        self.assertEqual(sorted(row["messages"] for row in rows.values()), [1, 3])
        self.assertEqual({type(variant) for variant in rows}, {int})

    def test_by_state_and_with_selectors(self):
        self.assertEqual(self.rows(self.store, "state"), {
            state: {"messages": 1} for state in ("sent", "deferred", "failed", "queued")})
        self.assertEqual(self.rows(self.store, "domain", "state=failed"),
                         {"example.net": {"failed": 1, "messages": 1}})
        self.assertEqual(self.rows(self.store, "domain", "state=held"), {})

    def test_as_a_table(self):
        lines = self.store.run("queue", "stats", "--by", "domain").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["domain", "queued", "sent", "deferred", "failed", "all"])
        self.assertIn(["example.net", "1", "0", "0", "1", "2"], [line.split() for line in lines])
        self.refused(self.store, 64, "queue", "stats", "--by", "colour")

    def test_the_most_messages_come_first(self):
        self.store.subscribe([{"email": f"more{number}@zz.example"} for number in range(3)],
                             newsletter="weekly")
        self.store.briefing("weekly", f"{admin.DATE}.txt", admin.BRIEFING)
        self.store.run("edition", "assemble", "weekly", "--date", admin.DATE)
        said = self.store.run("queue", "stats", "--by", "domain", "--json").stdout
        self.assertEqual(json.loads(said)["rows"][0]["domain"], "zz.example")


class RelayTrouble(admin.Case):
    def test_is_seen_at_once_in_status_in_stats_and_in_the_log(self):
        def closed(stage, words, session):
            if stage == "BANNER":
                return peer.Then("421 4.3.2 down \x1b[31mfor repair")
            return None
        server = self.peer(closed)
        instance = self.instance(["ann@example.org"], server.port)
        sent = self.refused(instance, 69, "send", "--drain")
        self.assertRegex(sent.stderr, r"event=relay level=error relay=main trouble=.*for repair")
        words = r"relay main cannot be used since \S+Z, next try at \S+Z: .*down \\x1B\[31mfor repair"
        self.assertRegex(self.refused(instance, 1, "status").stdout, words)
        for by in ([], ["--by", "state"], ["--by", "domain"]):
            self.assertRegex(instance.run("queue", "stats", *by).stdout, words)
            (relay,) = instance.json("queue", "stats", *by)["relays"]
            self.assertEqual((relay["relay"], relay["failures"]), ("main", 1))
            self.assertIn("for repair", relay["trouble"])
            self.assertGreater(relay["again"], relay["since"])
        (told,) = json.loads(self.refused(instance, 1, "status", "--json").stdout)["relays"]
        self.assertEqual({key: told[key] for key in relay}, relay)
        self.assertEqual(instance.json("queue", "show", "1-1")["attempts"], [])
        server.answer = lambda *_: None
        instance.run("send", "--drain", now=f"{admin.DATE}T07:01:00Z")
        self.assertNotIn("relay main", instance.run("queue", "stats").stdout)
        (relay,) = instance.json("queue", "stats")["relays"]
        self.assertEqual((relay["failures"], relay["trouble"], relay["again"]), (0, None, None))


class Status(admin.Case):
    def test_all_is_well(self):
        instance, _ = self.sent(["ann@example.org"])
        done = instance.json("status")
        self.assertEqual((done["ok"], done["problems"], done["database"]["ok"]), (True, [], True))
        (newest,) = done["newsletters"]
        self.assertEqual((newest["newsletter"], newest["slug"], newest["states"]),
                         ("daily", admin.DATE, {"sent": 1}))
        self.assertIn("newsletter  daily: edition 1", instance.run("status").stdout)

    def test_a_doubt_is_a_problem_until_it_is_settled(self):
        instance, _ = self.sent(["doubt@example.org"])
        self.assertIn("in doubt", self.refused(instance, 1, "status").stdout)
        instance.run("queue", "settle", "--all", "--sent")
        instance.run("status")

    def test_a_held_edition_is_a_problem(self):
        instance = self.instance(["ann@example.org"])
        instance.run("status")
        instance.run("edition", "hold", "1")
        done = self.refused(instance, 1, "status", "--json")
        status = json.loads(done.stdout)
        self.assertEqual(status["problems"], [f"edition 1 (daily {admin.DATE}) is held"])
        self.assertEqual((status["queue"]["waiting"], status["queue"]["due"]), (1, 0))
        instance.run("edition", "release", "1")
        instance.run("status")
        instance.run("edition", "hold", "1", "--why", "a wrong figure \x1b[1m")
        self.assertIn(f"edition 1 (daily {admin.DATE}) is held: a wrong figure \\x1B[1m",
                      self.refused(instance, 1, "status").stdout)
        self.assertIn("is held (a wrong figure", instance.run("why", "ann@example.org").stdout)
        (row,) = instance.json("edition", "list")
        self.assertEqual((row["held"], row["held_why"]), (1, "a wrong figure \x1b[1m"))
        instance.run("edition", "hold", "1", "--why", "another")
        self.assertIn("a wrong figure", instance.run("edition", "show", "1").stdout)
        instance.run("edition", "cancel", "1")
        instance.run("status")

    def test_a_held_edition_is_one_though_there_are_newer_ones(self):
        instance = self.instance(["ann@example.org"])
        instance.briefing("daily", "2026-11-21.txt", admin.BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", "2026-11-21")
        instance.run("edition", "hold", "1")
        done = self.refused(instance, 1, "status", "--json")
        status = json.loads(done.stdout)
        self.assertEqual(status["problems"], [f"edition 1 (daily {admin.DATE}) is held"])
        self.assertEqual([each["edition"] for each in status["newsletters"]], [2])

    def test_messages_that_wait_for_a_sender_are_one_after_a_quarter_of_an_hour(self):
        instance = self.instance(["ann@example.org"])
        instance.run("status", now=f"{admin.DATE}T07:14:00Z")
        done = self.refused(instance, 1, "status", "--json", now=f"{admin.DATE}T07:16:00Z")
        status = json.loads(done.stdout)
        self.assertEqual((status["queue"]["due"], status["queue"]["due_since"]), (1, admin.SEVEN))
        self.assertIn("no sender runs", status["problems"][0])

    def test_a_sender_at_work_is_seen_and_one_that_was_killed_is_not(self):
        server = self.peer(lambda stage, *_: peer.HANG if stage == "BANNER" else None)  # it waits
        instance = self.instance(["ann@example.org"], server.port)
        now = f"{admin.DATE}T07:30:00Z"
        sender = instance.start("send", now=now)
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        deadline = time.monotonic() + 30
        while not (seen := json.loads(self.run_status(instance, now).stdout))["senders"]:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual([(one["pid"], one["alive"]) for one in seen["senders"]],
                         [(sender.pid, True)])
        while instance.states() != {"leased": 1}:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.run_status(instance, now).returncode, 0)
        sender.kill()
        sender.wait()
        done = self.run_status(instance, now)
        self.assertEqual(done.returncode, 1)
        status = json.loads(done.stdout)
        self.assertFalse(status["senders"][0]["alive"])
        self.assertEqual(status["queue"]["due"], 1)  # what it had in hand waits for another
        self.assertEqual(status["problems"],
                         [f"messages are due since {admin.SEVEN} and no sender runs"])

    def test_a_sender_elsewhere_lives_as_long_as_its_lease(self):
        instance = self.instance(["ann@example.org"])
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("INSERT INTO sender (id, host, pid, started, until)"
                          " VALUES (7, 'elsewhere', 1, 0, ?)", [1795159860_000000])  # 07:31
        for minute, code in ((30, 0), (32, 1)):
            done = self.run_status(instance, f"{admin.DATE}T07:{minute}:00Z")
            (sender,) = json.loads(done.stdout)["senders"]
            self.assertEqual((sender["alive"], done.returncode), (code == 0, code))

    def run_status(self, instance, now):
        return instance.run("status", "--json", check=False, now=now)

    def test_a_database_that_cannot_be_read_is_a_problem(self):
        instance = self.instance(["ann@example.org"])
        for name in ("tidings.db-wal", "tidings.db-shm"):
            (instance.dir / "queue" / name).unlink(missing_ok=True)
        (instance.dir / "queue" / "tidings.db").write_bytes(b"no database at all" * 100)
        done = self.refused(instance, 1, "status", "--json")
        status = json.loads(done.stdout)
        self.assertEqual((status["ok"], status["database"]["ok"]), (False, False))
        self.assertTrue(status["problems"])


if __name__ == "__main__":
    unittest.main()
