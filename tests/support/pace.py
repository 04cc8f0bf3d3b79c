"""What tests of pace and relays share: an instance with an edition, a server that takes notes."""

import json
import threading
import time
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


def addresses(count, domain="example.org"):
    return sorted(f"reader{number:06}@{domain}" for number in range(count))


def spread(few, many):
    """Both lists as one, the few evenly among the many: a list is served in its order."""
    whole = list(many)
    for place, one in enumerate(few):
        whole.insert(place * (len(many) // len(few) + 1), one)
    return whole


class Watch:
    """An answer function that notes when each session and each message was seen."""

    def __init__(self, pause=0, stages=("DOT",)):
        self.lock = threading.Lock()
        self.mail_at, self.dot_at = [], []
        self.open = self.most_open = 0
        self.pause, self.stages = pause, stages

    def __call__(self, stage, words, session):
        now = time.monotonic()
        with self.lock:
            if stage == "BANNER":
                self.open += 1
                self.most_open = max(self.most_open, self.open)
            elif stage == "QUIT":
                self.open -= 1
            elif stage == "MAIL":
                self.mail_at.append(now)
            elif stage == "DOT":
                self.dot_at.append((now, words))
        if self.pause and stage in self.stages:
            time.sleep(self.pause)


class Case(unittest.TestCase):
    def peer(self, answer=None, **more):
        return self.enterContext(peer.Peer(answer, **more))

    def instance(self, port, people, now=SEVEN, date=DATE, keys=""):
        """An instance with these readers, an edition of today for them, and keys for its relay."""
        instance = self.enterContext(tidings.Instance(port, now=now))
        if keys:
            instance.configure("    # sessions: 20\n", keys)
        instance.subscribe([{"email": who} for who in people])
        instance.briefing("daily", f"{date}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", date)
        return instance

    def drain(self, instance, exit_code=0, *more, **options):
        done = instance.run("send", "--drain", "--json", *more, check=False, **options)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def received(self, server):
        return sorted(mail[1] for mail in server.mails)
