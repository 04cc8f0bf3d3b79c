"""tidings send when something is in its way: signals, a locked or full database, a second sender.

Whatever happens, no reader gets the edition twice, and none is left out in the end.
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


def addresses(count):
    return sorted(f"reader{number:04}@example.org" for number in range(count))


def ignore_file_size_signal():
    """A write past the limit then fails, as on a full disk, instead of killing the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class Gate:
    """Holds the sessions that are in `stage` until it is opened."""

    def __init__(self, stage):
        self.stage = stage
        self.waiting = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, stage, words, session):
        if stage == self.stage and not self.open.is_set():
            self.waiting.release()
            assert self.open.wait(60)

    def wait_for(self, sessions):
        for _ in range(sessions):
            assert self.waiting.acquire(timeout=30), "the sender does not come"


class Case(unittest.TestCase):
    def begin(self, answer, people):
        """A server that answers so, and an instance with an edition for these addresses."""
        self.server = self.enterContext(peer.Peer(answer))
        self.instance = self.enterContext(tidings.Instance(self.server.port, now=SEVEN))
        self.instance.subscribe([{"email": who} for who in people])
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", DATE)

    def start(self, *more, **options):
        process = self.instance.start("send", *more, **options)
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        process.kill()
        process.communicate()

    def received(self):
        return sorted(mail[1] for mail in self.server.mails)


class Signals(Case):
    def test_sigterm_finishes_what_is_on_the_wire_and_nothing_else(self):
        gate = Gate("DOT")
        self.begin(gate, addresses(200))
        sender = self.start("--drain")
        gate.wait_for(18)  # relays[].sessions, less those kept for alerts
        sender.terminate()
        gate.open.set()
        out, err = sender.communicate(timeout=30)
        self.assertEqual(sender.returncode, 75, err)  # not all that was due became final
        sent = len(self.server.mails)  # the signal may come just after the next was begun
        self.assertIn(sent, range(18, 61))
        self.assertIn(f"{sent} sent", out)
        self.assertEqual(self.instance.states(), {"sent": sent, "queued": 200 - sent})
        self.instance.run("send", "--drain")
        self.assertEqual(self.received(), addresses(200))

    def test_without_drain_it_waits_for_more_until_told_to_end(self):
        arrived = threading.Semaphore(0)
        self.begin(lambda stage, *_: arrived.release() if stage == "DOT" else None, addresses(3))
        sender = self.start()
        self.assertTrue(all(arrived.acquire(timeout=30) for _ in range(3)))
        self.instance.subscribe([{"email": "live@example.org"}], "live")
        self.instance.briefing("live", f"{DATE}.txt", "5.32pm Something happened.\n")
        self.instance.run("edition", "assemble", "live", "--date", DATE)
        self.assertTrue(arrived.acquire(timeout=30))
        sender.send_signal(signal.SIGINT)
        out, err = sender.communicate(timeout=30)
        self.assertEqual((sender.returncode, "4 sent" in out), (0, True), err)


class Database(Case):
    def test_another_process_that_locks_the_database_for_two_seconds_does_no_harm(self):
        gate = Gate("DATA")
        self.begin(gate, addresses(100))
        sender = self.start("--drain")
        gate.wait_for(1)
        other = sqlite3.connect(self.instance.dir / "queue" / "tidings.db", isolation_level=None,
                                check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        dots = []
        self.server.answer = lambda stage, *_: dots.append(1) if stage == "DOT" else None
        gate.open.set()

        def release():
            dots.append(None)
            other.rollback()

        threading.Timer(2, release).start()
        out, err = sender.communicate(timeout=60)
        self.assertEqual(sender.returncode, 0, out + err)
        self.assertIsNone(dots[0], "a dot went out with its mark not committed")
        self.assertEqual(self.received(), addresses(100))
        self.assertEqual(self.instance.states(), {"sent": 100})

    def test_a_session_lost_while_its_dot_waits_for_the_disk_leaves_no_doubt(self):
        gate = Gate("DATA")
        self.begin(gate, addresses(30))
        sender = self.start("--drain", preexec_fn=ignore_file_size_signal)
        gate.wait_for(1)
        most = resource.RLIM_INFINITY
        resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (0, most))
        gate.open.set()
        self.assertIn("event=store", sender.stderr.readline())
        self.server.hang_up()
        while "event=relay_trouble" not in sender.stderr.readline():
            pass
        resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (most, most))
        out, err = sender.communicate(timeout=60)
        self.assertEqual(sender.returncode, 75, out + err)
        states = self.instance.states()
        self.assertIn("deferred", states)  # what waited at its dot
        self.assertEqual(states["deferred"] + states.get("sent", 0), 30, states)
        self.instance.run("send", "--drain", now=f"{DATE}T07:10:00Z")
        self.assertEqual(self.received(), addresses(30))

    def fill_and_free(self, fill, free):
        """Sends with a disk that is full while the first session is at DATA."""
        gate = Gate("DATA")
        self.begin(gate, addresses(60))
        sender = self.start("--drain", preexec_fn=ignore_file_size_signal)
        gate.wait_for(1)
        fill(sender)
        dots = []
        self.server.answer = lambda stage, *_: dots.append(1) if stage == "DOT" else None
        gate.open.set()
        for _ in range(2):  # it tries again after a second: time enough for a dot
            self.assertRegex(sender.stderr.readline(),
                             "event=store level=error trouble=\"database: ")
        self.assertEqual(dots, [], "a dot went out with its mark not committed")
        self.assertEqual(self.server.mails, [])
        free(sender)
        out, err = sender.communicate(timeout=60)
        self.assertEqual(sender.returncode, 0, out + err)
        self.assertEqual(self.received(), addresses(60))
        self.assertEqual(self.instance.states(), {"sent": 60})

    def test_with_files_that_cannot_grow_no_dot_is_sent_and_all_goes_on_afterwards(self):
        most = resource.RLIM_INFINITY
        self.fill_and_free(
            lambda sender: resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (0, most)),
            lambda sender: resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (most, most)))

    def test_with_a_full_disk_no_dot_is_sent_and_all_goes_on_afterwards(self):
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small disk")
        disk = {}

        def fill(sender):
            disk["filler"].write(b"x" * (shutil.disk_usage(disk["path"]).free))

        self.small_disk(disk)
        self.fill_and_free(fill, lambda sender: os.truncate(disk["filler"].name, 0))

    def small_disk(self, disk):
        """From the next instance on, queue/ is a disk of 4 MB."""
        begin = self.begin

        def on_small_disk(answer, people):
            begin(answer, people)
            queue = self.instance.dir / "queue"
            shutil.move(queue, self.instance.dir / "was")
            queue.mkdir()
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", queue],
                                     check=False, capture_output=True)
            if mounted.returncode != 0:
                self.skipTest(f"mount: {mounted.stderr.decode().strip()}")
            self.addCleanup(subprocess.run, ["umount", "-l", queue], check=True)
            shutil.copytree(self.instance.dir / "was", queue, dirs_exist_ok=True)
            disk["path"] = queue
            disk["filler"] = open(queue / "filler", "wb", buffering=0)
            self.addCleanup(disk["filler"].close)

        self.begin = on_small_disk

    def test_told_to_end_with_a_full_disk_it_says_what_could_not_be_stored(self):
        gate = Gate("DOT")
        self.begin(gate, addresses(60))
        sender = self.start("--drain", preexec_fn=ignore_file_size_signal)
        gate.wait_for(18)
        resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        gate.open.set()
        self.assertIn("event=store", sender.stderr.readline())
        sender.terminate()
        out, err = sender.communicate(timeout=30)
        self.assertEqual(sender.returncode, 74, out + err)  # EX_IOERR
        self.assertIn("18 answers could not be stored", err)
        self.instance.run("send", "--drain", check=False)
        self.assertEqual(self.received(), addresses(60))
        self.assertEqual(self.instance.states(), {"sent": 42, "in_doubt": 18})


class TwoSenders(Case):
    def test_two_at_once_share_sessions_and_messages_and_send_none_twice(self):
        gate = Gate("DOT")
        people = addresses(1200)
        self.begin(gate, people)
        self.instance.configure("# sessions: 20", "sessions: 4")
        senders = [self.start("--drain", "--json")]
        gate.wait_for(4)  # the first has all there are
        senders.append(self.start("--drain", "--json"))
        while len(self.instance.json("status", check=False)["senders"]) < 2:
            pass
        gate.open.set()
        sent = []
        for sender in senders:
            out, err = sender.communicate(timeout=60)
            self.assertEqual(sender.returncode, 0, out + err)
            sent.append(json.loads(out)["sent"])
        self.assertEqual(self.received(), people)
        self.assertEqual(sum(sent), 1200)
        self.assertGreater(min(sent), 100, sent)  # the first gave half of its sessions away
        self.assertEqual(self.instance.states(), {"sent": 1200})

    def test_what_the_others_did_is_told_when_one_process_was_killed(self):
        gate = Gate("DOT")
        self.begin(gate, addresses(60))
        sender = self.start("--drain", "--senders", "2", "--json")
        gate.wait_for(2)
        children = pathlib.Path(f"/proc/{sender.pid}/task/{sender.pid}/children")
        os.kill(int(children.read_text().split()[1]), signal.SIGKILL)
        gate.open.set()
        out, err = sender.communicate(timeout=60)
        self.assertEqual(sender.returncode, 70, err)
        self.assertIn("died: its messages come back", err)
        told = json.loads(out)["sent"]
        self.assertGreater(told, 0)
        self.assertEqual(told, self.instance.states()["sent"])
        self.instance.run("send", "--drain", check=False)
        self.assertEqual(self.received(), addresses(60))

    def test_one_that_was_taken_for_dead_takes_nothing_more(self):
        """By its own clock it has time left. What it claimed now would be nobody's for ever."""
        gate = Gate("DOT")
        self.begin(gate, addresses(200))
        self.instance.configure("# sessions: 20", "sessions: 2")
        first = self.start("--drain")
        gate.wait_for(2)
        first.send_signal(signal.SIGSTOP)
        second = self.start("--drain", now=f"{DATE}T07:02:00Z")
        store = sqlite3.connect(self.instance.dir / "queue" / "tidings.db", timeout=30)
        deadline = time.monotonic() + 60
        while store.execute("SELECT 1 FROM sender WHERE pid = ?", (first.pid,)).fetchall():
            self.assertLess(time.monotonic(), deadline, "nobody takes it for dead")
            time.sleep(0.01)
        store.close()
        first.send_signal(signal.SIGCONT)
        gate.open.set()
        self.assertIn("was taken for dead", first.communicate(timeout=60)[1])
        second.communicate(timeout=60)
        self.instance.run("send", "--drain", now=f"{DATE}T07:04:00Z")
        self.assertEqual(self.instance.states(), {"sent": 200})
        self.assertEqual(self.received(), addresses(200))

    @unittest.skipUnless(tidings.FULL, "half of a lease takes half a minute: ./dev soak")
    def test_one_that_was_taken_for_dead_still_settles_what_it_hears(self):
        gate = Gate("DOT")
        self.begin(gate, addresses(3))
        sender = self.start("--drain")
        gate.wait_for(3)
        sender.send_signal(signal.SIGSTOP)
        time.sleep(31)  # until its lease wants to be renewed
        reaper = self.instance.json("send", "--drain", now=f"{DATE}T07:02:00Z", check=False)
        self.assertEqual(reaper["in_doubt"], 3)
        gate.open.set()
        sender.send_signal(signal.SIGCONT)
        _, err = sender.communicate(timeout=60)
        self.assertIn("was taken for dead", err)
        self.assertEqual(sender.returncode, 75, err)
        self.assertEqual(self.received(), addresses(3))
        self.assertEqual(self.instance.states(), {"sent": 3})


if __name__ == "__main__":
    unittest.main()
