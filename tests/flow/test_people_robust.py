"""An import that is killed is completed by running it again, and a large one stays small."""

import csv
import json
import os
import sqlite3
import subprocess
import time
import unittest

import tidings

NOW = "2026-11-20T07:00:00Z"
CLOSED_PORT = 9
MEMORY_KB = 48 * 1024
SANITIZED = b"__asan_init" in tidings.BINARY.read_bytes()


def rows(count, name="Reader"):
    """A signup file of so many people; every hundredth row is bad."""
    yield "email,name,topics\n"
    for i in range(count):
        email = "bad" if i % 100 == 99 else f"reader{i}@d{i % 50}.example"
        yield f"{email},{name} {i},{'finance' if i % 2 else ''}\n"


class Robust(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(CLOSED_PORT, now=NOW))

    def words(self, path):
        return ["subscriber", "import", path, "--newsletter", "daily", "--confirmed",
                "--source", "test", "--json"]

    def file(self, count, **options):
        path = self.instance.dir / "people.csv"
        with open(path, "w", encoding="ascii") as out:
            out.writelines(rows(count, **options))  # a child begins with our own resident set
        return path

    def check_all_there(self, count):
        good = count - count // 100
        self.assertEqual(self.instance.query("SELECT count(*) FROM subscriber"), [(good,)])
        self.assertEqual(self.instance.query("SELECT count(*) FROM subscription WHERE status = 1"),
                         [(good,)])
        self.assertEqual(self.instance.query("SELECT count(*), count(DISTINCT subscriber) FROM consent"),
                         [(good, good)])
        self.assertEqual(self.instance.query("SELECT max(s.id) <= c.last FROM subscriber s, id_counter c "
                                    "WHERE c.kind = 'subscriber'"), [(1,)])

    def test_killed_at_any_commit_it_goes_on_when_run_again(self):
        count = 25000
        path = self.file(count)
        for crash in range(1, 20):
            with self.subTest(commit=crash):
                for name in os.listdir(self.instance.dir / "queue"):
                    (self.instance.dir / "queue" / name).unlink()
                done = self.instance.run(*self.words(path), check=False,
                                         env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
                if done.returncode == 0:
                    break
                self.assertEqual(done.returncode, 99, done.stderr)
                result = self.instance.json(*self.words(path)[:-1])
                self.assertEqual(result["added"] + result["unchanged"], count - count // 100)
                self.assertEqual(result["refused"], count // 100)
                self.check_all_there(count)
        self.assertGreater(crash, 4, "a batch, two full transactions and the rest")

    def test_killed_by_a_signal_while_rows_come_in_it_goes_on_when_run_again(self):
        count = 5000  # fewer than fill a transaction
        path = self.file(count)
        running = self.instance.start(*self.words("-"), stdin=subprocess.PIPE)
        until = time.monotonic() + 60
        try:
            with open(path, encoding="ascii") as file:
                running.stdin.write(file.read()[:-20])  # the last row is not whole
            running.stdin.flush()
            while not self.committed():  # what has come is kept before more is waited for
                self.assertIsNone(running.poll())
                self.assertLess(time.monotonic(), until, "it waits inside a transaction")
        finally:
            running.kill()
            running.communicate()
        result = self.instance.json(*self.words(path)[:-1])
        self.assertGreaterEqual(result["unchanged"], 1)
        self.assertEqual(result["added"] + result["unchanged"], count - count // 100)
        self.check_all_there(count)

    def committed(self):
        try:
            return self.instance.query("SELECT 1 FROM subscriber LIMIT 1") != []
        except sqlite3.OperationalError:  # not made yet
            return False

    def test_memory_does_not_grow_with_the_file(self):
        count = 1000000 if tidings.FULL else 100000
        path = self.file(count, name="A name that is as long as names are allowed to be" * 3)
        self.assertGreater(path.stat().st_size, MEMORY_KB * 1024 // 3)
        running = self.instance.start(*self.words(path))
        said = running.stdout.read()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        running.stdout.close()
        running.stderr.close()
        self.assertEqual(running.returncode, 0)
        result = json.loads(said)
        self.assertEqual((result["rows"], result["added"], result["refused"]),
                         (count, count - count // 100, count // 100))
        if not SANITIZED:
            self.assertLess(used.ru_maxrss, MEMORY_KB)
        with open(result["errors"], encoding="utf-8", newline="") as file:
            lines = [int(row[0]) for row in list(csv.reader(file))[1:]]
        self.assertEqual(lines, list(range(101, count + 2, 100)))
        self.check_all_there(count)


if __name__ == "__main__":
    unittest.main()
