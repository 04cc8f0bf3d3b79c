"""Signup files under torture: killed anywhere, half written, renamed while read, twice the same people:
no row is lost, none taken twice, and the report has a line for each. A million rows when soaking; rows,
kills that hit, seconds and peak memory are printed."""

import csv
import os
import random
import signal
import time
import unittest

import peak
import tidings
from signupfiles import Case, PATIENCE, until
from smalldisk import SmallDisk

ROWS = 1_000_000 if tidings.FULL else 25_000  # more than two transactions
FEW = 25_000
MEMORY_MB = 48


def is_bad(i):
    return i % 100 == 99


def row(i, topics=""):
    return "bad\n" if is_bad(i) else f"r{i}@d{i % 50}.example,{topics}\n"


def good(rows):
    return rows - rows // 100


class Torture(Case):
    def setUp(self):
        super().setUp()
        self.configure()
        self.dice = random.Random(self.id())
        self.kills, self.peak, self.begun = 0, 0.0, time.monotonic()

    def big(self, rows=ROWS, name="big.csv", order=None, topics=lambda i: ""):
        """A whole file, moved to where it is looked for."""
        path = self.incoming / ".big"
        with open(path, "w", encoding="ascii") as out:
            out.write("email,topics\n")
            out.writelines(row(i, topics(i)) for i in order or range(rows))
        os.rename(path, self.incoming / name)

    def take(self, moment=None, crash_at=None):
        """One `subscriber take-in`, killed after so many seconds unless it has ended; its status."""
        env = {**os.environ, "TIDINGS_CRASH_AT": str(crash_at)} if crash_at else None
        running = self.instance.start("subscriber", "take-in", env=env)
        ended = peak.Ended(running, moment or PATIENCE)
        _, said = running.communicate()
        self.assertIn(running.returncode, (0, -signal.SIGKILL, 99), said)
        self.kills += running.returncode != 0
        self.peak = max(self.peak, ended.rss_mb)
        return running.returncode

    def take_with_kills(self):
        """Killed at random moments, later and later, until one comes to its end."""
        longest = 0.1
        while self.take(self.dice.uniform(0.01, longest)) != 0:
            longest *= 1.2

    def tell(self, rows):
        print(f"{self._testMethodName}: {rows} rows, {self.kills} kills, "
              f"{time.monotonic() - self.begun:.0f} s, {self.peak:.0f} MB", flush=True)
        if not os.environ.get("ASAN_OPTIONS") and "asan" not in str(tidings.BINARY):
            self.assertLess(self.peak, MEMORY_MB)

    def done(self):
        """The files that were taken, without their reports, by batch."""
        names = [name for name in self.names("done") if not name.endswith(".report.csv")]
        return sorted(names, key=lambda name: int(name.split("-")[0]))

    def check_report(self, name, order, result):
        """Every row stands in it, once, in order, with what came of it."""
        lines = 0
        with open(self.home / "done" / f"{name}.report.csv", encoding="utf-8", newline="") as file:
            for lines, (i, line) in enumerate(zip([None, *order], csv.reader(file))):
                if i is not None and line[:3] != [str(lines + 1), row(i).split(",")[0].strip(),
                                                  "refused" if is_bad(i) else result(i)]:
                    self.fail(f"row {i}: {line}")
            self.assertEqual(lines, len(order))
            self.assertEqual(file.read(), "")

    def check_batch(self, name, rows, added, updated=0):
        self.assertEqual(self.instance.query(f"SELECT rows_done, added, updated, refused, "
                                             f"finished IS NOT NULL FROM batch "
                                             f"WHERE id = {name.split('-')[0]}"),
                         [(rows, added, updated, rows // 100, 1)])

    def check(self, rows=ROWS, name=None):
        """One file was taken, and each of its rows once."""
        if name is None:
            name, = self.done()
        self.check_report(name, range(rows), lambda i: "taken")
        self.check_batch(name, rows, good(rows))
        self.assertEqual(self.instance.query("SELECT count(*), count(DISTINCT subscriber) FROM consent"),
                         [(good(rows), good(rows))])
        self.assertEqual(self.instance.query("SELECT count(*) FROM subscription WHERE status = 0"),
                         [(good(rows),)])
        self.assertEqual((self.names("incoming"), self.names("taking"), self.names("done")),
                         ([], [], [name, f"{name}.report.csv"]))

    def reset(self):
        for folder in ("incoming", "taking", "done", "refused"):
            for path in (self.home / folder).glob("*"):
                path.unlink()
        for path in (self.instance.dir / "queue").glob("*"):
            path.unlink()
        self.instance.run("subscriber", "list")  # makes the database


class Kills(Torture):
    def test_killed_before_each_commit_in_turn_it_goes_on(self):
        """Each run is ended before its first or second commit; the next does that one."""
        self.instance.run("subscriber", "list")  # makes the database
        self.big()
        self.assertEqual(self.take(crash_at=1), 99)
        while self.take(crash_at=2) != 0:
            pass
        self.assertGreater(self.kills, ROWS // 10_000 + 1)
        self.check()
        self.tell(ROWS)

    def test_killed_at_random_moments_it_goes_on(self):
        self.big()
        self.take_with_kills()
        self.check()
        self.tell(ROWS)

    def test_two_files_with_the_same_people_killed_at_random_moments(self):
        """The younger file has them in another order, half of them with another wish."""
        order = list(range(ROWS))
        self.dice.shuffle(order)
        self.big(name="a.csv")
        self.big(name="b.csv", order=order, topics=lambda i: "" if i % 2 else "finance")
        os.utime(self.incoming / "a.csv", (1000000, 1000000))
        self.take_with_kills()
        first, second = self.done()
        self.assertEqual((first.split("-")[1], second.split("-")[1]), ("a.csv", "b.csv"))
        self.check_report(first, range(ROWS), lambda i: "taken")
        self.check_report(second, order, lambda i: "already there" if i % 2 else "taken")
        self.check_batch(first, ROWS, good(ROWS))
        self.check_batch(second, ROWS, 0, ROWS // 2)
        self.assertEqual(self.instance.query("SELECT topics, count(*) FROM subscription "
                                             "JOIN prefs ON id = prefs GROUP BY topics"),
                         [("", good(ROWS) - ROWS // 2), ("finance", ROWS // 2)])
        self.assertEqual(self.instance.query("SELECT event, count(*), count(DISTINCT subscriber) "
                                             "FROM consent GROUP BY event"),
                         [(1, good(ROWS), good(ROWS)), (4, ROWS // 2, ROWS // 2)])
        self.tell(2 * ROWS)

    def test_a_half_written_file_is_left_alone_however_often_its_taker_is_killed(self):
        parts = 10
        with open(self.incoming / "big.csv", "w", encoding="ascii") as out:
            out.write("email,topics\n")
            for part in range(parts):
                out.writelines(row(i) for i in range(part * ROWS // parts,
                                                     (part + 1) * ROWS // parts))
                out.flush()
                self.take(self.dice.uniform(0.005, 0.1))
                self.assertEqual(self.take(), 0)
                self.assertEqual((self.names("incoming"), self.done()), (["big.csv"], []))
        self.take_with_kills()
        self.check()
        self.tell(ROWS)

    def test_renamed_and_replaced_while_it_is_read_and_killed(self):
        self.big()
        running = self.instance.start("subscriber", "take-in")
        until(lambda: self.names("taking") or running.poll() is not None, "it begins")
        for name in ("big.csv", "elsewhere.csv"):  # the name leads nowhere any more
            with self.assertRaises(FileNotFoundError):
                os.rename(self.incoming / "big.csv", self.incoming / name)
        self.drop("new@other.example\n", "big.csv")
        running.kill()
        running.communicate()
        os.rename(self.incoming / "big.csv", self.incoming / "renamed.csv")
        self.take_with_kills()
        names = self.done()
        self.assertEqual([name.split("-")[1] for name in names], ["big.csv", "renamed.csv"])
        self.check_report(names[0], range(ROWS), lambda i: "taken")
        self.assertEqual(self.instance.query("SELECT count(*), count(DISTINCT subscriber) FROM consent"),
                         [(good(ROWS) + 1, good(ROWS) + 1)])
        self.tell(ROWS + 1)


class FullDisk(Torture):
    def run_out(self, folder, spare):
        disk = SmallDisk(self, folder, megabytes=24)
        self.big(FEW)
        disk.fill(spare)
        for _ in range(2):  # whoever comes next finds it as it was
            done = self.instance.run("subscriber", "take-in", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr, "No space left|disk is full|cannot write")
            self.assertEqual(self.names("done") + self.names("refused"), [])
        disk.empty()
        self.take_in()
        self.check(FEW)

    def test_of_the_reports(self):
        self.instance.run("subscriber", "list")
        self.run_out(self.home, 700_000)  # some of the rows

    def test_of_the_database(self):
        self.instance.run("subscriber", "list")
        self.run_out(self.instance.dir / "queue", 2_500_000)

    def test_of_the_database_at_once(self):
        self.instance.run("subscriber", "list")
        self.run_out(self.instance.dir / "queue", 0)


class States(Torture):
    """The states in which a kill between two steps leaves the folders."""

    def test_killed_between_the_moves_it_goes_on(self):
        self.big(FEW)
        content = (self.incoming / "big.csv").read_bytes()
        self.take_in()
        done, taking = self.home / "done", self.home / "taking"
        # Finished, and nothing moved; finished, and only the report moved.
        os.rename(done / "1-big.csv", taking / "1-big.csv")
        os.rename(done / "1-big.csv.report.csv", taking / "1.report")
        self.take_in()
        self.check(FEW)
        os.rename(done / "1-big.csv", taking / "1-big.csv")
        self.take_in()
        self.check(FEW)
        # A batch that was begun for a file that has not been moved: the file is taken anew.
        self.reset()
        self.drop("x@example.org\n", "other.csv")
        self.take(crash_at=2)  # batch and move are done
        os.rename(taking / "1-other.csv", self.incoming / "other.csv")
        self.take_in()
        self.assertEqual(self.names("done"), ["2-other.csv", "2-other.csv.report.csv"])
        # A store from before the file, as after a restore: it is taken in anew.
        self.reset()
        (taking / "7-big.csv").write_bytes(content)
        (taking / "7.report").write_text("line\n")
        self.take_in()
        self.check(FEW, "1-big.csv")

    def test_a_name_that_is_cut_is_known_again(self):
        """Names keep 200 bytes, which must not end in the middle of a character: it would be another name."""
        self.instance.run("subscriber", "list")
        name = "n" * 199 + "\u00e9" * 20 + ".csv"
        self.big(FEW, name)
        self.assertEqual(self.take(crash_at=3), 99)  # the first 10,000 rows are kept
        self.take_in()
        self.check(FEW, f"1-{'n' * 199}")

    def test_a_file_that_somebody_opened_as_it_was_moved_waits_until_it_is_whole(self):
        """Killed between the move and the look whether nobody began to write it."""
        self.instance.run("subscriber", "list")
        self.drop("ann@example.org\nbob@exa")
        self.assertEqual(self.take(crash_at=2), 99)
        with open(self.home / "taking" / "1-people.csv", "a", encoding="ascii") as late:
            result = self.take_in()
            self.assertEqual((result["files"], result["left"]), ([], 1))
            late.write("mple.org\n")
        self.assertEqual(self.take_in()["files"][0]["added"], 2)
        self.assertEqual(sorted(self.people()), ["ann@example.org", "bob@example.org"])

    def test_odd_files_are_refused_though_their_taker_was_killed_after_it_moved_them(self):
        odd = {"fifo.csv": "not a regular file", "link.csv": "symbolic link",
               "hard.csv": "hard link"}
        secret = self.instance.dir / "secret.csv"
        secret.write_text("mallory@example.org\n")
        for name, reason in odd.items():
            with self.subTest(name=name):
                self.reset()
                self.drop("ann@example.org\n", name)
                self.assertEqual(self.take(crash_at=2), 99)  # batch and move are done
                path = self.home / "taking" / f"1-{name}"
                path.unlink()
                if name == "fifo.csv":
                    os.mkfifo(path)
                elif name == "link.csv":
                    path.symlink_to(secret)
                else:
                    os.link(secret, path)
                file, = self.take_in()["files"]
                self.assertIn(reason, file["reason"])
                self.assertEqual((self.people(), self.names("taking")), ({}, []))
                self.assertTrue(os.path.lexists(self.home / "refused" / f"1-{name}"))

    def test_a_second_process_waits_its_turn(self):
        self.big(FEW)
        running = self.instance.start("subscriber", "take-in")
        until(lambda: self.names("taking") or running.poll() is not None, "it begins")
        if running.poll() is None:
            done = self.instance.run("subscriber", "take-in", check=False)
            self.assertIn(done.returncode, (0, 75), done.stderr)
        running.communicate()
        self.take_in()
        self.check(FEW)


if __name__ == "__main__":
    unittest.main()
