"""An instance that has sent an edition, so that it can come back."""

import json
import unittest

import sinks
import tidings

DATE = "2026-11-20"
NOW = f"{DATE}T07:00:00Z"
LATER = f"{DATE}T07:10:00Z"
BRIEFING = "A lead that everybody gets, long enough to be one.\n"


class Case(unittest.TestCase):
    """An instance that has sent one edition to readers; `verp` is each one's envelope sender."""

    people = [f"r{i}@example.org" for i in range(4)]

    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.instance.subscribe([{"email": address} for address in self.people])
        self.send(DATE)

    def send(self, date, now=None):
        self.instance.briefing("daily", f"{date}.txt", f"The news of {date}. {BRIEFING}")
        now = now or f"{date}T07:00:00Z"
        before = len(self.sink.mails)
        self.instance.run("edition", "assemble", "daily", "--date", date, now=now)
        self.instance.run("send", "--drain", now=now)
        self.verp = {mail.recipients[0]: mail.sender for mail in self.sink.mails[before:]}

    def ingest(self, mail, now=LATER, *options):
        """Hands it in as a pipe does; {result: number}."""
        done = self.instance.run("bounce", "ingest", "--json", *options, now=now,
                                 input=mail.decode("utf-8", "surrogateescape"))
        self.counts = json.loads(done.stdout)
        return self.counts["results"]

    def standing(self, address):
        """(status of the subscription, reason of the suppression or None)."""
        shown = self.instance.json("subscriber", "show", address)
        reasons = [row["reason"] for row in shown["suppressions"]]
        return shown["subscriptions"][0]["status"], reasons[0] if reasons else None

    def assert_untouched(self, *people):
        for address in people:
            self.assertEqual(self.standing(address), ("active", None), address)

    def bounces(self, *selectors):
        return self.instance.json("bounce", "list", *selectors)
