"""`tidings run`: senders that are started again when they die, one daemon for one database, and
an end that loses nothing."""

import collections
import contextlib
import json
import os
import re
import signal
import socket
import time
import unittest

import sinks
import tidings
from daemons import PATIENCE, Daemon

NOW = "2026-11-20T07:00:00Z"
BRIEFING = "A lead that everybody gets, long enough to be one.\n"


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
        first = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        os.kill(first, signal.SIGKILL)
        daemon.wait(rf"event=ended .*pid={first} .*signal=9")
        second = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)", 2)[1].group(1))
        self.assertNotEqual(first, second)
        self.assemble()
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        self.assertEqual(daemon.end(), 0)

    def test_one_that_is_stopped_for_a_while_goes_on(self):
        daemon = self.daemon("--senders", "1")
        sender = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        os.kill(sender, signal.SIGSTOP)
        daemon.wait(rf"event=stands_still .*role=sender pid={sender}")
        os.kill(sender, signal.SIGCONT)
        daemon.wait(rf"event=goes_on .*role=sender pid={sender}")
        self.assemble()
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        self.assertTrue(alive(sender))
        self.assertEqual(daemon.end(), 0)

    def test_one_that_is_stopped_beyond_its_lease_loses_nothing_and_holds_nobody_up(self):
        """It is caught in its turn to commit, so that the other one waits for it."""
        self.instance.configure("# sessions: 20", "sessions: 4")
        people = [f"many{i:03}@example.org" for i in range(600)]
        self.instance.subscribe([{"email": who} for who in people])
        self.assemble()
        daemon = self.daemon("--senders", "2", env={**os.environ, "TIDINGS_HURRY": "30"})
        sender = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        lock = os.stat(self.instance.dir / "queue" / "tidings.db.lock").st_ino
        holds = re.compile(rf"^\d+: FLOCK +ADVISORY +WRITE +{sender} \S+:{lock} ", re.M)

        def caught():
            os.kill(sender, signal.SIGSTOP)
            with open("/proc/locks", encoding="ascii") as locks:
                if holds.search(locks.read()):
                    return True
            os.kill(sender, signal.SIGCONT)
            return False

        until(caught, "it never holds the lock")
        before = len(self.sink.mails)
        daemon.wait(rf"event=stood_still .*role=sender pid={sender}")
        daemon.wait(rf"event=ended .*pid={sender} .*signal=9")
        until(lambda: sum(self.instance.states("state=sent,in_doubt").values()) == 620, "all done")
        self.assertGreater(len(self.sink.mails), before)
        self.assertEqual(daemon.end(), 0)
        got = collections.Counter(mail.recipients[0] for mail in self.sink.mails)
        self.assertEqual(set(got.values()), {1})
        lost = {who for who in self.instance.queue("state=sent")} - set(got)
        self.assertEqual(lost, set())

    def test_the_end_does_not_wait_for_one_that_is_stopped_for_ever(self):
        daemon = self.daemon("--senders", "1", env={**os.environ, "TIDINGS_HURRY": "60"})
        sender = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        os.kill(sender, signal.SIGSTOP)
        daemon.wait("event=stands_still")
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
            daemon.wait("event=started .*role=sender")
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
        daemon.wait("event=started .*role=sender")
        refused = self.instance.run("run", check=False)
        self.assertEqual(refused.returncode, 75)
        self.assertIn(f"process {daemon.process.pid}", refused.stderr)
        self.assertEqual(daemon.end(), 0)

    def test_its_processes_die_with_it(self):
        daemon = self.daemon("--senders", "2")
        pids = [int(m.group(1)) for m in daemon.wait(r"event=started .*role=sender .*pid=(\d+)", 2)]
        daemon.end(signal.SIGKILL)
        until(lambda: not any(map(alive, pids)), f"{pids} are gone")

    def test_reloads_a_sound_configuration_and_keeps_the_old_one_otherwise(self):
        daemon = self.daemon("--senders", "1")
        daemon.wait("event=started .*role=sender")
        self.instance.configure("relays:", "relais:")
        daemon.process.send_signal(signal.SIGHUP)
        self.assertIn("tidings.yaml", daemon.wait("event=reload .*trouble=(.*)")[0].group(1))
        self.assertEqual(len([line for line in daemon.lines if "event=started" in line and "role=sender" in line]), 1)
        self.instance.configure("relais:", "relays:")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("event=reload .*file=")
        daemon.wait("event=started .*role=sender", 2)
        self.assertEqual(daemon.end(), 0)

    def test_status_tells_of_the_daemon_and_its_roles(self):
        self.assertEqual(self.instance.json("status")["daemon"],
                         {"running": False, "pid": 0, "roles": []})
        self.assertIn("daemon      none", self.instance.run("status").stdout)
        daemon = self.daemon("sender", "scheduler", "--senders", "2")
        daemon.wait("event=started", 3)
        until(lambda: len(self.instance.json("status")["daemon"]["roles"]) == 3, "three roles")
        seen = self.instance.json("status")["daemon"]
        self.assertEqual((seen["running"], seen["pid"]), (True, daemon.process.pid))
        self.assertEqual([role["role"] for role in seen["roles"]], ["sender", "sender", "scheduler"])
        self.assertTrue(all(map(alive, (role["pid"] for role in seen["roles"]))))

        def told():
            """It is killed until it is seen waiting: twice as long each time."""
            done = self.instance.run("status", "--json", check=False)
            status = json.loads(done.stdout)
            pid = status["daemon"]["roles"][2]["pid"]
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                return False
            self.assertEqual((done.returncode, status["problems"]), (
                1, ["role scheduler ended and is to be started again: see the log"]))
            return True

        until(told, "the scheduler's end is told")
        until(lambda: self.instance.run("status", check=False).returncode == 0, "it started again")
        self.assertEqual(daemon.end(), 0)
        self.assertFalse(self.instance.json("status")["daemon"]["running"])

    def test_one_that_starts_again_knows_nothing_of_a_file_that_is_half_edited(self):
        daemon = self.daemon("--senders", "1")
        sender = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        file = self.instance.dir / "conf" / "tidings.yaml"
        sound = file.read_text(encoding="utf-8")
        self.assemble()
        file.write_text("relays: [", encoding="utf-8")
        os.kill(sender, signal.SIGKILL)
        daemon.wait("event=started .*role=sender", 2)
        file.write_text(sound, encoding="utf-8")
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        self.assertFalse([line for line in daemon.lines if "event=role_ended" in line])
        self.assertEqual(daemon.end(), 0)

    def test_what_else_it_reads_is_read_with_the_configuration_too(self):
        rules = self.instance.dir / "conf" / "bounce-rules.yaml"
        daemon = self.daemon("--senders", "1")
        sender = int(daemon.wait(r"event=started .*role=sender .*pid=(\d+)")[0].group(1))
        self.assemble()
        rules.write_text("rules: [", encoding="utf-8")
        key = next((self.instance.dir / "conf" / "keys").glob("*.key"))
        key.chmod(0o644)
        os.kill(sender, signal.SIGKILL)  # the next one has the sound ones
        daemon.wait("event=started .*role=sender", 2)
        key.chmod(0o600)
        until(lambda: self.instance.states() == {"sent": 20}, "20 sent")
        key.chmod(0o644)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait(f"event=reload .*trouble=.*{key.name}")
        key.chmod(0o600)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait(r"event=reload .*trouble=.*bounce-rules\.yaml:1")
        self.assertFalse([line for line in daemon.lines if "event=role_ended" in line])
        self.assertEqual(daemon.end(), 0)
        refused = self.instance.run("run", check=False)
        self.assertEqual((refused.returncode, "event=started" in refused.stderr), (78, False))
        checked = self.instance.run("check", check=False)
        self.assertEqual(checked.returncode, 78)
        self.assertRegex(checked.stdout, r"bounce-rules\.yaml:1")

    def test_another_database_wants_another_daemon(self):
        daemon = self.daemon("--senders", "1")
        daemon.wait("event=started .*role=sender")
        self.instance.configure("sqlite:queue/tidings.db", "sqlite:queue/other.db")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("event=reload .*trouble=.*database: another one wants a restart")
        self.assertEqual(daemon.end(), 0)
        self.assertFalse((self.instance.dir / "queue" / "other.db").exists())

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
