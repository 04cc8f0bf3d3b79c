"""Waiting for a process, with what it took: its largest resident set as the kernel counts it, looked at
while it runs. (What wait4 tells is never below what the parent had when it started the child.)"""

import os
import re
import select
import signal
import time

LOOK_EVERY = 0.02  # seconds; the kernel keeps the highest, so only the very last is missed


def high_water(pid):
    """MB, or 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0


class Ended:
    """Waits for a Popen to end, and kills it (SIGKILL) when it has not after so many seconds.

    .status as Popen.returncode, .cpu in seconds, .rss_mb, .killed whether the time was over.
    """

    def __init__(self, process, seconds):
        deadline = time.monotonic() + seconds
        descriptor = os.pidfd_open(process.pid)
        self.rss_mb, self.killed = 0.0, False
        while not select.select([descriptor], [], [],
                                max(0.0, min(LOOK_EVERY, deadline - time.monotonic())))[0]:
            self.rss_mb = max(self.rss_mb, high_water(process.pid))
            if time.monotonic() >= deadline and not self.killed:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                self.killed = True
        os.close(descriptor)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
