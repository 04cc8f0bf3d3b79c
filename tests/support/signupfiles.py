"""What the tests of signup files share: an instance, its folders, and waiting for another process."""

import csv
import time
import unittest

import tidings

NOW = "2026-11-20T07:00:00Z"
CLOSED_PORT = 9
PATIENCE = 1200 if tidings.FULL else 120  # seconds; reached only by a program that is broken


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)  # a poll of another process's state; nothing else tells us


class Case(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(CLOSED_PORT, now=NOW))
        self.home = self.instance.dir / "subscribers"
        self.incoming = self.home / "incoming"

    def configure(self, text="signups:\n  newsletter: daily\n  trusted: [website]\n"):
        self.instance.configure("# signups:\n", text)

    def drop(self, content, name="people.csv"):
        path = self.incoming / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take_in(self, **options):
        return self.instance.json("subscriber", "take-in", **options)

    def names(self, folder):
        return sorted(path.name for path in (self.home / folder).glob("[!.]*"))

    def report(self, name):
        with open(self.home / "done" / name, encoding="utf-8", newline="") as file:
            return [tuple(row.values()) for row in csv.DictReader(file)]

    def people(self, *selectors):
        return {row["email"]: row for row in self.instance.json("subscriber", "list", *selectors)}
