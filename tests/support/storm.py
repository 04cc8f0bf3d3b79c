"""A storm over senders: several are kept at work on one edition while something befalls one of them
every 50 to 200 ms; who was in doubt is read off the ledger at that moment, so that a second mail
can be told from a mail sent twice."""

import collections
import datetime
import fcntl
import os
import pathlib
import random
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time

import sinks
import tidings

DATE = "2026-11-20"
SEVEN = datetime.datetime(2026, 11, 20, 7)
NEVER = resource.RLIM_INFINITY


def ignore_file_size_signal():
    """A write past the limit then fails, as on a full disk, instead of killing the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class Storm:
    """An edition for so many readers, a sink that takes its time, and senders."""

    SENDERS = 3
    FAULTS = "dot slow 40ms; rcpt 451 first 1 each to *7@example.org"  # a tenth needs a second try

    def __init__(self, case, seed, people, policy="hold"):
        self.random = random.Random(seed)
        self.seed = seed
        self.minute = 0  # by how much the clock was put forward
        self.began = time.monotonic()
        box = case.enterContext(tempfile.TemporaryDirectory(prefix="tidings-storm-"))
        self.box = pathlib.Path(box)
        self.sink = case.enterContext(
            sinks.TidingsSink("--maildir", self.box, "--faults", self.FAULTS))
        self.instance = case.enterContext(tidings.Instance(self.sink.port, now=self.now()))
        self.instance.configure("# sessions: 20", f"sessions: {max(4, people // 250)}")
        self.instance.configure("# in_doubt: hold", f"in_doubt: {policy}")
        self.people = [f"reader{number:05}@example.org" for number in range(people)]
        self.instance.subscribe([{"email": who} for who in self.people])
        self.instance.briefing("daily", f"{DATE}.txt", "What happened.\n\nThe first story.\n")
        self.instance.run("edition", "assemble", "daily", "--date", DATE)
        self.crew = []
        self.newest = 0
        self.doubted = set()
        self.hits = collections.Counter()
        case.addCleanup(self.end)

    def now(self):
        """The time of whoever starts now. All share one clock, as processes of one host do: leases
        are compared by it."""
        seconds = time.monotonic() - self.began + 60 * self.minute
        return (SEVEN + datetime.timedelta(seconds=seconds)).isoformat() + "Z"

    def end(self):
        for process in self.crew:
            process.kill()
            process.wait()

    def start(self):
        return subprocess.Popen(
            [tidings.BINARY, "-C", self.instance.dir, "--now", self.now(), "send", "--drain"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=ignore_file_size_signal)

    def ask(self, sql, *values, patience=30):
        store = sqlite3.connect(self.instance.dir / "queue" / "tidings.db", timeout=patience)
        try:
            return store.execute(sql, values).fetchall()
        finally:
            store.close()

    def note_on_wire(self, processes, patience=30):
        pids = ",".join(str(process.pid) for process in processes)
        self.doubted |= {address for address, in self.ask(
            "SELECT s.address FROM message m JOIN subscriber s ON s.id = m.subscriber "
            "WHERE m.state = 4 AND m.sender IN (SELECT id FROM sender WHERE pid IN "
            f"({pids}))", patience=patience)}

    def note_doubt(self, *processes):
        """Stops the senders and notes whose dots they may have sent with no answer on record."""
        self.note_while_still(processes, processes)

    def note_while_still(self, of, still):
        """Notes what these senders have on the wire at a moment when those stand still; they stay so."""
        for _ in range(1000):
            self.stand_still(still)
            try:
                self.note_on_wire(of, 0.5)
                return
            except sqlite3.OperationalError:
                # One of them was stopped while it held the whole database: another moment, then.
                self.go_on(still)
                time.sleep(0.02)
        raise AssertionError("the database stays locked")

    def stand_still(self, processes):
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        for process in processes:
            while self.state_of(process) not in ("T", "Z", ""):
                time.sleep(0.001)

    @staticmethod
    def state_of(process):
        try:
            with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
                return stat.read().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return ""

    # What may befall a sender.

    def kill(self, process):
        self.note_doubt(process)
        others = [other for other in self.crew if other is not process]
        self.stand_still(others)
        process.kill()
        process.wait()
        # What it was committing may count only now, when it was the last to have the database
        # open: whoever opens it next reads the log again. That must be us: another one that is just
        # beginning would reap it before we have seen what it had on the wire.
        self.note_while_still([process], others)
        self.go_on(others)
        self.hits["kills"] += process.returncode == -signal.SIGKILL

    def fill_disk(self, process):
        """Nothing of what it writes finds room for a while."""
        try:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, NEVER))
            time.sleep(self.random.uniform(0.05, 0.2))
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (NEVER, NEVER))
            self.hits["full disks"] += process.poll() is None
        except ProcessLookupError:
            pass

    def outlast_lease(self, process):
        """All at work stand still for two minutes of the time of whoever starts then, and go on as
        if they had not."""
        still = [process, *[other for other in self.crew if other is not process]]
        self.note_doubt(*still)
        while not self.may_commit():
            # One stopped with the commit lock in its hand, which holds up everybody: another moment.
            self.go_on(still)
            time.sleep(0.005)
            self.note_doubt(*still)
        at_work = self.at_work()
        for other in still:
            if other.pid not in at_work:  # it would begin by a clock that is behind the reaper's
                other.kill()
        self.minute += 2
        self.crew.append(self.start())
        self.wait_for_reaper(at_work)
        self.hits["leases outlasted"] += len(at_work & {other.pid for other in still})
        self.go_on(still)

    def at_work(self):
        """Who is a sender by the ledger."""
        return {pid for pid, in self.ask("SELECT pid FROM sender")}

    def wait_for_reaper(self, pids, seconds=60):
        deadline = time.monotonic() + seconds
        while self.at_work() & pids:
            assert time.monotonic() < deadline, f"seed {self.seed}: nobody takes them for dead"
            time.sleep(0.005)

    def may_commit(self):
        """Whether nobody holds the lock by which senders take turns."""
        with open(self.instance.dir / "queue" / "tidings.db.lock", "rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False

    @staticmethod
    def go_on(processes):
        for process in processes:
            process.send_signal(signal.SIGCONT)

    def rage(self, *mischief, seconds=900 if tidings.FULL else 240):
        """Until all that is due is final; returns how often something struck."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            self.crew = [process for process in self.crew if process.poll() is None]
            if not self.crew and not self.due():
                return self.hits
            while len(self.crew) < self.SENDERS and self.due():
                self.crew.append(self.start())
            time.sleep(self.random.uniform(0.05, 0.2))
            self.wait_for_mail()
            if self.crew:
                self.random.choice(mischief)(self.random.choice(self.crew))
        rows = self.ask("SELECT state, sender, next, count(*) FROM message GROUP BY 1, 2, 3")
        raise AssertionError(f"seed {self.seed}: the storm does not end: {rows}, "
                             f"{self.ask('SELECT * FROM sender')} at {self.now()}, "
                             f"{[(p.pid, self.state_of(p)) for p in self.crew]}")

    def wait_for_mail(self, seconds=30):
        """Lets the senders get somewhere first, however slow the machine is: until a mail has come
        since the last time, or nobody is at work."""
        deadline = time.monotonic() + seconds
        while any(process.poll() is None for process in self.crew) \
                and time.monotonic() < deadline:
            newest = (self.box / "new").stat().st_mtime_ns
            if newest != self.newest:
                self.newest = newest
                return
            time.sleep(0.01)

    def due(self):
        """Whether somebody has something to do now; what is put off comes due with the clock."""
        if self.ask("SELECT 1 FROM message WHERE state IN (0, 3, 4) LIMIT 1"):
            return True
        if self.crew or not self.ask("SELECT 1 FROM message WHERE state = 2 LIMIT 1"):
            return False
        self.minute += 6
        return True

    def states(self):
        return self.instance.states()

    def check(self, case, policy):
        """Nobody lost, nobody twice but for a doubt that was to be resolved by sending again."""
        came = collections.defaultdict(list)
        for path in (self.box / "new").iterdir():
            content = path.read_bytes()
            who = content.split(b"\r\n")[1].removeprefix(b"Delivered-To: ").decode()
            came[who].append(content)
        rows = self.instance.queue()
        doubt = {who for who, row in rows.items() if row["state"] == "in_doubt"}
        said = f"seed {self.seed}"
        case.assertEqual(sorted(rows), self.people, said)
        case.assertEqual({row["state"] for row in rows.values()} - {"sent", "in_doubt"}, set(), said)
        case.assertEqual(set(self.people) - set(came) - doubt, set(), f"{said}: lost")
        twice = {who for who, mails in came.items() if len(mails) > 1}
        if policy == "hold":
            case.assertEqual(twice, set(), f"{said}: twice")
            case.assertEqual(doubt - self.doubted, set(), f"{said}: in doubt without a reason")
        else:
            case.assertEqual(doubt, set(), said)
            case.assertEqual(twice - self.doubted, set(), f"{said}: twice without a doubt")
        for mails in came.values():
            case.assertEqual(len(set(mails)), 1, f"{said}: another mail the second time")
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.hits.items()))
        print(f"{policy}, {said}: {len(self.people)} messages, {told}; {len(self.doubted)} were in "
              f"doubt, {len(doubt)} still are, {len(twice)} came twice", flush=True)
