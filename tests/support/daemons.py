"""A running `tidings run` and what it says."""

import re
import signal
import threading

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
