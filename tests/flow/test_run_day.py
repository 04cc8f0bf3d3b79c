"""A day without a hand: the daemon assembles what the editor wrote, and it is out at its hour."""

import signal
import time
import unittest

import sinks
import tidings
from daemons import PATIENCE, Daemon

DATE = "2026-11-20"  # a Friday
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


class Day(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port))
        self.instance.configure("assemble_at: 06:30\n\n", "assemble_at: 06:59\n    wait_until: 07:05\n\n")
        self.instance.subscribe([{"email": "now@example.org"},
                                 {"email": "later@example.org", "at": "23:00"}])

    def daemon(self, now):
        self.instance.now = now
        daemon = Daemon(self.instance, "--senders", "1")
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(signal.SIGKILL))
        return daemon

    def arrived(self, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.sink.mails) < count:
            self.assertLess(time.monotonic(), deadline, "nothing came")
            time.sleep(0.05)  # the sink's list is all there is to look at
        return [mail.recipients[0] for mail in self.sink.mails]

    def test_from_a_late_editor_to_the_mailbox_and_on_to_the_next_day(self):
        daemon = self.daemon(f"{DATE}T06:59:56Z")
        daemon.wait("newsletter=daily .*deed=waiting")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        daemon.wait("newsletter=daily .*deed=assembled")
        self.assertEqual(self.arrived(1), ["now@example.org"])
        self.assertEqual(daemon.end(), 0)
        rows = self.instance.queue()
        self.assertEqual((rows["later@example.org"]["state"], rows["later@example.org"]["due"]),
                         ("queued", f"{DATE}T23:00:00Z"))
        sent = self.instance.json("why", "now@example.org")["messages"][0]["attempts"][0]["at"]
        self.assertGreaterEqual(sent, f"{DATE}T07:00:00Z")  # assembled earlier, out at its hour

        self.instance.briefing("daily", "2026-11-23.txt", BRIEFING)
        daemon = self.daemon("2026-11-23T06:59:57Z")
        self.assertEqual(self.arrived(2)[1], "now@example.org")
        self.assertEqual(daemon.end(), 0)


if __name__ == "__main__":
    unittest.main()
