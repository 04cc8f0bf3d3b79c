"""Mails to the command address that are read from a mailbox: a Maildir here, real servers in
peers/test_command_mailboxes.py. Each is obeyed once and leaves only when that is stored."""

import os
import sqlite3
import time
import unittest

import commandmail
import sinks
import tidings
from daemons import Daemon

NOW = "2026-11-20T12:00:00Z"


class Maildir(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        commandmail.switch_on(self.instance)
        self.box = self.instance.dir / "desk"
        for part in ("tmp", "new", "cur"):
            (self.box / part).mkdir(parents=True)
        self.conf = self.instance.dir / "conf" / "tidings.yaml"
        self.plain = self.conf.read_text()
        self.boxes("")
        self.instance.run("subscriber", "list")  # the database is there: its commits are not counted

    def boxes(self, more, key="commands"):
        self.conf.write_text(f"{self.plain}{key}:\n  - name: desk\n    url: maildir:{self.box}\n"
                             f"    every: 1s\n{more}")

    def put(self, *args, name=None, **more):
        name = name or f"{time.time_ns()}.test"
        (self.box / "new" / name).write_text(commandmail.mail(*args, **more))
        return name

    def left(self):
        return sorted(path.name for part in ("new", "cur") for path in (self.box / part).iterdir())

    def poll(self, **more):
        return self.instance.json("mail", "poll", **more)

    def status(self, address):
        return self.instance.json("subscriber", "show", address)["subscriptions"][0]["status"]

    def test_commands_are_obeyed_and_gone(self):
        self.put("subscribe")
        self.put("subscribe", sender="bob@readers.example")
        self.put("vacation", extra="Auto-Submitted: auto-replied")
        self.put("what a nice day")
        done = self.poll()
        self.assertEqual(done, {"taken": 4, "known": 0, "unreadable": 0,
                                "results": {"asked": 2, "automatic": 1, "no_command": 1}})
        self.assertEqual(self.left(), [])
        self.assertEqual(self.status("bob@readers.example"), "pending")
        self.assertEqual(self.poll()["taken"], 0)

    def test_a_mail_given_again_does_nothing_again(self):
        """A deletion that did not come true must not unsubscribe who came back since."""
        self.put("subscribe")
        self.poll()
        self.instance.run("subscriber", "confirm", "ann@readers.example", "--source", "test")
        ticket = self.instance.json("send", "--drain") and self.question()
        words = dict(subject="unsubscribe", to=ticket)
        self.put(**words)
        self.assertEqual(self.poll()["results"], {"unsubscribed": 1})
        self.instance.run("subscribe", "ann@readers.example", "--newsletter", "daily", "--confirmed",
                          "--source", "came back")
        self.assertEqual(self.status("ann@readers.example"), "active")
        self.put(**words)
        self.assertEqual(self.poll(), {"taken": 0, "known": 1, "unreadable": 0, "results": {}})
        self.assertEqual(self.status("ann@readers.example"), "active")
        self.assertEqual(self.left(), [])

    def question(self):
        """The unsubscribe address of the welcome."""
        welcome = next(mail.content.decode() for mail in self.sink.mails
                       if b"List-Unsubscribe" in mail.content)
        header = welcome.replace("\r\n ", " ").split("List-Unsubscribe:", 1)[1].split("\r\n")[0]
        return header.split("<mailto:")[1].split("?")[0]

    def test_a_crash_at_any_commit_obeys_each_once_and_loses_none(self):
        people = [f"r{i}@readers.example" for i in range(3)]
        for address in people:
            self.put("subscribe", sender=address)
        for n in range(1, 100):
            done = self.instance.run("mail", "poll", check=False,
                                     env={**os.environ, "TIDINGS_CRASH_AT": str(n)})
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 99, done.stderr)
            with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
                known, = db.execute("SELECT count(*) FROM command_mail WHERE done = 1").fetchone()
            self.assertGreaterEqual(len(self.left()) + known, len(people))
        self.assertGreater(n, 5)
        self.assertEqual(self.left(), [])
        self.assertEqual([self.status(address) for address in people], ["pending"] * 3)
        self.instance.run("send", "--drain")
        self.assertEqual(len(self.sink.mails), len(people))

    def test_a_mail_that_ends_its_reader_is_passed_by_and_said(self):
        self.put("subscribe", name="1.poison")
        for _ in range(3):  # begun and never done: what a crash in the parser leaves
            done = self.instance.run("mail", "poll", check=False,
                                     env={**os.environ, "TIDINGS_CRASH_AT": "2"})
            self.assertEqual(done.returncode, 99, done.stderr)
            self.assertEqual(len(self.left()), 1)
        self.put("subscribe", sender="bob@readers.example", name="2.good")
        done = self.instance.run("mail", "poll", "--json")
        self.assertEqual(tidings.json.loads(done.stdout)["unreadable"], 1)
        self.assertIn("event=unreadable", done.stderr)
        self.assertEqual(self.status("bob@readers.example"), "pending")
        self.assertEqual(self.left(), [])

    def test_the_role_obeys_by_itself_and_status_tells(self):
        daemon = Daemon(self.instance, "commands", now=NOW)
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(9))
        self.put("subscribe")
        deadline = time.monotonic() + 60
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.left(), [], daemon.lines)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(self.status("ann@readers.example"), "pending")
        box, = self.instance.json("status", check=False)["mailboxes"]
        self.assertEqual((box["mailbox"], box["trouble"]), ("desk", None))
        late = self.instance.run("status", check=False, now="2026-11-20T15:00:00Z")
        self.assertIn("does the role commands run?", late.stdout + late.stderr)

    def test_what_is_remembered_is_forgotten_in_time(self):
        self.put("subscribe")
        self.poll()
        self.instance.run("db", "compact", now="2027-02-25T00:00:00Z")
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            self.assertEqual(db.execute("SELECT count(*) FROM command_mail").fetchone(), (0,))

    def test_what_does_not_fit_together_is_refused_with_its_line(self):
        second = f"  - name: two\n    url: maildir:{self.box}\n"
        both = f"bounces:\n  - name: back\n    url: maildir:{self.box}\n"
        cases = {
            "keep": ("    then: keep\n", "obeyed once"),
            "one mailbox twice": (second, "is that mailbox too"),
            "one mailbox for both": (both, "is that mailbox too"),
            "one name for both": (both.replace(str(self.box), "/nowhere").replace("back", "desk"), "is called"),
        }
        for name, (more, words) in cases.items():
            with self.subTest(name):
                self.boxes(more)
                done = self.instance.run("check", check=False)
                self.assertEqual(done.returncode, 78, done.stdout + done.stderr)
                self.assertRegex(done.stdout + done.stderr, rf"commands\[\d\].*{words}")
        self.boxes("")
        self.instance.configure("command_address:", "# command_address:")
        done = self.instance.run("mail", "poll", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("command_address", done.stderr)

    def test_without_mailboxes_or_with_another_name_it_says_so(self):
        done = self.instance.run("mail", "poll", "other", check=False)
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn('"other" under `commands`', done.stderr)
        self.conf.write_text(self.plain)
        done = self.instance.run("mail", "poll", check=False)
        self.assertEqual(done.returncode, 78, done.stderr)


if __name__ == "__main__":
    unittest.main()
