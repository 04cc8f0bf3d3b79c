"""`queue watch` from outside: lines and JSON where it is no terminal, a page where it is, and a terminal
that is as it was afterwards. And words of servers: no terminal and no log sees their control bytes.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

import test_queue_admin as admin
import tidings

PEOPLE = ["ann@example.org", "later@example.org", "fails@example.org",
          {"email": "eve@example.net", "at": "09:00"}]


class Watch(admin.Case):
    def test_once_as_json(self):
        store, _ = self.sent(PEOPLE)
        seen = store.json("queue", "watch", "--once")
        self.assertEqual(seen["states"], {"queued": 1, "sent": 1, "deferred": 1, "failed": 1})
        self.assertEqual((seen["waiting"], seen["due"], seen["rate"]), (2, 0, None))
        self.assertEqual(seen["finish"], f"{admin.DATE}T09:00:00Z")
        (relay,) = seen["relays"]
        self.assertEqual((relay["relay"], relay["attempts"], relay["sent"]), ("main", 3, 1))
        self.assertEqual({row["domain"]: row["waiting"] for row in seen["domains"]},
                         {"example.net": 1, "example.org": 1})

    def test_nobody_can_say_when_what_is_due_will_be_done_while_nothing_moves(self):
        store = self.instance(["ann@example.org"])
        self.assertIsNone(store.json("queue", "watch", "--once")["finish"])
        self.assertIn("finish: unknown", store.run("queue", "watch", "--once").stdout)

    def test_every_selector(self):
        store, _ = self.sent(PEOPLE)
        everything = {"queued": 1, "sent": 1, "deferred": 1, "failed": 1}
        for selector, states, waiting, relays in (
                ("edition=1", everything, 2, (3, 1)), ("newsletter=daily", everything, 2, (3, 1)),
                (f"edition={admin.DATE}", everything, 2, (3, 1)),
                ("domain=example.org", {"sent": 1, "deferred": 1, "failed": 1}, 1, (3, 1)),
                ("address=later@example.org", {"deferred": 1}, 1, (1, 0)),
                ("state=deferred", {"deferred": 1}, 1, (3, 1)),
                ("state!=deferred", {"queued": 1, "sent": 1, "failed": 1}, 1, (3, 1)),
                ("reason=policy", {"failed": 1}, 0, (1, 0)),
                ("relay=main", {"sent": 1, "deferred": 1, "failed": 1}, 1, (3, 1)),
                ("relay=other", {}, 0, None), ("topic=finance", everything, 2, (3, 1)),
                ("age>1h", {}, 0, None), ("age<1h", everything, 2, (3, 1))):
            with self.subTest(selector=selector):
                seen = store.json("queue", "watch", "--once", selector)
                self.assertEqual((seen["editions"], seen["states"], seen["waiting"]),
                                 (1, states, waiting))
                (relay,) = seen["relays"] or [None]
                self.assertEqual(relay and (relay["attempts"], relay["sent"]), relays)
                counted = store.json("queue", "stats", selector)["states"]
                self.assertEqual(seen["states"], counted)
        both = store.json("queue", "watch", "--once", "domain=example.net", "state=queued")
        self.assertEqual(both["domains"], [{"domain": "example.net", "waiting": 1}])
        self.refused(store, 64, "queue", "watch", "--once", "colour=red")
        self.refused(store, 66, "queue", "watch", "--once", "edition=9")

    def test_an_old_edition_is_watched_when_it_is_named(self):
        store, _ = self.sent(["ann@example.org"])
        later = "2026-11-25T07:00:00Z"
        for words, editions in (([], 0), (["edition=1"], 1)):
            seen = store.json("queue", "watch", "--once", *words, now=later)
            self.assertEqual((seen["editions"], seen["states"]), (editions, {"sent": 1} if words else {}))

    def test_what_waits_is_done_when_those_that_are_selected_have_left(self):
        """The rate is that of what is sent, though only what waits is asked for."""
        server = self.peer(admin.answer)
        store = self.instance([f"r{number}@example.org" for number in range(300)], server.port)
        watch = store.start("queue", "watch", "--json", "state=queued", "domain=example.org")
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        self.assertEqual(json.loads(watch.stdout.readline())["states"], {"queued": 300})
        store.run("send", "--drain")
        moved = json.loads(watch.stdout.readline())
        deadline = time.monotonic() + 60
        while moved["states"]:
            self.assertLess(time.monotonic(), deadline, moved)
            moved = json.loads(watch.stdout.readline())
        self.assertGreater(moved["rate"], 0)
        watch.terminate()
        self.assertEqual(watch.wait(30), 0)
        watch.stdout.close()
        watch.stderr.close()

    def test_a_line_each_second_until_a_signal(self):
        """While messages leave, the rate is above nothing and the end comes nearer."""
        server = self.peer(admin.answer)
        store = self.instance([f"r{number}@example.org" for number in range(300)], server.port)
        watch = store.start("queue", "watch", "--json")
        self.addCleanup(watch.wait)
        first = json.loads(watch.stdout.readline())
        self.assertEqual((first["states"], first["due"]), ({"queued": 300}, 300))
        store.run("send", "--drain")
        moved = json.loads(watch.stdout.readline())
        while moved["states"] != {"sent": 300}:
            moved = json.loads(watch.stdout.readline())
        self.assertGreater(moved["rate"], 0)
        self.assertEqual((moved["waiting"], moved["finish"]), (0, None))
        watch.send_signal(signal.SIGTERM)
        self.assertEqual(watch.wait(30), 0)
        watch.stdout.close()
        watch.stderr.close()

    def test_it_ends_when_nobody_reads(self):
        store = self.instance(["ann@example.org"])
        watch = store.start("queue", "watch")
        watch.stdout.readline()
        watch.stdout.close()
        self.assertEqual(watch.wait(30), 0)
        watch.stderr.close()


class Terminal(admin.Case):
    def open(self, store, rows=24, columns=60, term="xterm"):
        leader, follower = pty.openpty()
        self.addCleanup(os.close, leader)
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(follower)
        process = subprocess.Popen([tidings.BINARY, "-C", store.dir, "--now", admin.SEVEN, "queue",
                                    "watch"], stdout=follower, stdin=follower,
                                   stderr=subprocess.PIPE, env={**os.environ, "TERM": term})
        self.addCleanup(process.stderr.close)
        self.follower = follower
        self.addCleanup(os.close, follower)
        return leader, process

    def read(self, leader, until):
        seen = b""
        end = time.monotonic() + 60
        while until not in seen:
            self.assertLess(time.monotonic(), end, seen)
            if select.select([leader], [], [], 0.2)[0]:
                seen += os.read(leader, 65536)
        return seen

    def test_a_page_and_a_terminal_as_it_was(self):
        store, _ = self.sent(PEOPLE)
        leader, process = self.open(store)
        seen = self.read(leader, b"example.net")
        self.assertTrue(seen.startswith(b"\x1b[?1049h"))
        for words in (b"a second", b"failed", b"relays", b"main", b"waiting for domains"):
            self.assertIn(words, seen)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 0)
        self.read(leader, b"\x1b[?25h\x1b[?1049l")
        self.assertEqual(termios.tcgetattr(self.follower), self.before)

    def test_a_dumb_terminal_gets_lines(self):
        store, _ = self.sent(PEOPLE)
        for term in ("dumb", ""):
            leader, process = self.open(store, term=term)
            seen = self.read(leader, b"finish: ")
            process.terminate()
            process.wait(30)
            self.assertNotIn(b"\x1b", seen)

    def test_no_line_is_wider_and_no_page_higher_than_the_terminal(self):
        store, _ = self.sent(PEOPLE)
        leader, process = self.open(store, rows=6, columns=20)
        seen = self.read(leader, b"\x1b[J")
        process.terminate()
        process.wait(30)
        page = seen[seen.index(b"\x1b[H") + 3:seen.index(b"\x1b[J")]
        lines = page.replace(b"\x1b[K", b"").replace(b"\r", b"").split(b"\n")
        self.assertLessEqual(len(lines), 6)
        self.assertLessEqual(max(map(len, lines)), 20)


class ControlBytes(admin.Case):
    def test_of_a_reply_reach_neither_terminal_nor_log(self):
        """A server that would like to write on the administrator's screen."""
        def rude(stage, words, session):
            if stage == "RCPT":
                return "550 5.1.1 \x1b]0;owned\x07\x1b[2Jgone\x9b31m"
            return None
        store, _ = self.sent(["ann@example.org"], rude)
        done = store.run("-v", "-v", "queue", "retry", "--all")
        done = store.run("-v", "-v", "send", "--drain", check=False)
        said = done.stdout + done.stderr
        for command in (("queue", "list"), ("queue", "show", "1-1"), ("why", "ann@example.org"),
                        ("queue", "stats", "--by", "reason"), ("status",), ("edition", "show", "1"),
                        ("queue", "list", "--json"), ("why", "1-1", "--json")):
            said += store.run(*command, check=False).stdout
        self.assertIn("gone", said)
        self.assertIn("\\x1B", said)
        self.assertEqual([c for c in said if ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160],
                         [])


class Doubts(admin.Case):
    def test_status_names_them_as_the_relay_knows_them(self):
        store, server = self.sent(["doubt@example.org"])
        self.refused(store, 1, "status")
        (doubt,) = json.loads(store.run("status", "--json", check=False).stdout)["doubts"]
        why = store.json("why", "doubt@example.org")["messages"][0]
        self.assertEqual((doubt["message"], doubt["message_id"]), ("1-1", why["message_id"]))
        said = store.run("status", check=False).stdout
        self.assertIn(f"in doubt    1-1, <{doubt['message_id']}>", said)
        store.run("queue", "settle", "--all", "--sent")
        self.assertEqual(store.json("status")["doubts"], [])


if __name__ == "__main__":
    unittest.main()
