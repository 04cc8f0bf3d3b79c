"""`tidings run`: senders that are started again when they die, one daemon for one database, and
an end that loses nothing."""

import os
import re
import signal
import socket
import threading
import time
import unittest

import sinks
import tidings

NOW = "2026-11-20T07:00:00Z"
BRIEFING = "A lead that everybody gets, long enough to be one.\n"
PATIENCE = 60  # seconds; reached only by a daemon that is broken


class Daemon:
    """A running daemon and what it says, line by line."""

    def __init__(self, instance, *args, **more):
        self.process = instance.start("run", *args, **more)
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def wait(self, pattern, times=1):
        """The matches of the first `times` lines that match."""
        def matches():
            return [m for m in map(re.compile(pattern).search, self.lines) if m]
        with self.changed:
            met = self.changed.wait_for(lambda: len(matches()) >= times, PATIENCE)
            assert met, f"{pattern} x {times} not in:\n" + "\n".join(self.lines)
            return matches()[:times]

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status


def alive(pid):
    """Whether there is such a process that is not merely waiting to be collected."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)  # a poll of another process's state; nothing else tells us


class Run(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.instance.subscribe([{"email": f"r{i}@example.org"} for i in range(20)])
        self.instance.briefing("daily", "2026-11-20.txt", BRIEFING)

    def daemon(self, *args, **more):
        daemon = Daemon(self.instance, *args, **more)
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(signal.SIGKILL))
        return daemon

    def assemble(self):
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")

    def test_delivers_what_is_queued_while_it_runs(self):
        daemon = self.daemon("--senders", "2")
        daemon.wait(r"event=started .*role=sender", 2)
        self.assemble()
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(len(self.sink.mails), 20)
        daemon.wait("event=stopped")

    def test_starts_a_killed_sender_again(self):
        daemon = self.daemon("--senders", "1")
        first = int(daemon.wait(r"event=started .*pid=(\d+)")[0].group(1))
        os.kill(first, signal.SIGKILL)
        daemon.wait(rf"event=ended .*pid={first} .*signal=9")
        second = int(daemon.wait(r"event=started .*pid=(\d+)", 2)[1].group(1))
        self.assertNotEqual(first, second)
        self.assemble()
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        self.assertEqual(daemon.end(), 0)

    def test_tells_systemd_when_it_is_ready_reloads_and_stops(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(self.instance.dir / "notify"))
            told.settimeout(PATIENCE)
            daemon = self.daemon("--senders", "1", env={**os.environ,
                                 "NOTIFY_SOCKET": str(self.instance.dir / "notify")})

            def hears(state):
                lines = told.recv(4096).decode().split("\n")
                self.assertEqual((lines[0], lines[1].split("=")[0]), (f"{state}=1", "STATUS"))
                return lines[1]

            hears("READY")
            daemon.wait("event=started")
            daemon.process.send_signal(signal.SIGHUP)
            hears("RELOADING")
            hears("READY")
            self.instance.configure("first: 5m", "first: five")
            daemon.process.send_signal(signal.SIGHUP)
            hears("RELOADING")
            self.assertIn("fault", hears("READY"))
            self.assertEqual(daemon.end(), 0)
            hears("STOPPING")

    def test_a_second_daemon_is_refused_by_name_of_the_first(self):
        daemon = self.daemon("--senders", "1")
        daemon.wait("event=started")
        refused = self.instance.run("run", check=False)
        self.assertEqual(refused.returncode, 75)
        self.assertIn(f"process {daemon.process.pid}", refused.stderr)
        self.assertEqual(daemon.end(), 0)

    def test_its_processes_die_with_it(self):
        daemon = self.daemon("--senders", "2")
        pids = [int(m.group(1)) for m in daemon.wait(r"event=started .*pid=(\d+)", 2)]
        daemon.end(signal.SIGKILL)
        until(lambda: not any(map(alive, pids)), f"{pids} are gone")

    def test_reloads_a_sound_configuration_and_keeps_the_old_one_otherwise(self):
        daemon = self.daemon("--senders", "1")
        daemon.wait("event=started")
        self.instance.configure("relays:", "relais:")
        daemon.process.send_signal(signal.SIGHUP)
        self.assertIn("tidings.yaml", daemon.wait("event=reload .*trouble=(.*)")[0].group(1))
        self.assertEqual(len([line for line in daemon.lines if "event=started" in line]), 1)
        self.instance.configure("relais:", "relays:")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("event=reload .*file=")
        daemon.wait("event=started", 2)
        self.assertEqual(daemon.end(), 0)

    def test_unknown_roles_and_bad_numbers_are_usage_errors(self):
        for args in (["postman"], ["sender", "sender"], ["--senders", "0"]):
            refused = self.instance.run("run", *args, check=False)
            self.assertEqual(refused.returncode, 64, refused.stderr)

    def test_a_broken_configuration_starts_nothing(self):
        self.instance.configure("relays:", "relais:")
        refused = self.instance.run("run", check=False)
        self.assertEqual(refused.returncode, 78)
        self.assertNotIn("event=started", refused.stderr)


if __name__ == "__main__":
    unittest.main()
