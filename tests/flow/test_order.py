"""The order in which the queue serves, and how fast an edition stops: what a server sees of it."""

import threading
import time
import unittest

import pace
import tidings

ALERT = "---\nkind: alert\n---\nA flood warning is out for the whole coast.\n"


class Arrivals:
    """An answer function of a relay with 50 ms to a reply, which notes for each message when it was
    begun, when it had come whole, and for whom it is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.begun = {}  # by session
        self.mails = []  # (began, came, whether it is the alert)

    def __call__(self, stage, words, session):
        now = time.monotonic()
        with self.lock:
            if stage == "MAIL":
                self.begun[session.number] = now
            elif stage == "DOT":
                self.mails.append((self.begun[session.number], now, b"@alerts.example" in words))
        if stage in ("MAIL", "DOT"):  # MAIL, RCPT and DATA come in one write
            time.sleep(0.05)


class Order(pace.Case):
    def until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def test_an_alert_overtakes_the_dailies_that_wait(self):
        count, alerts = (100_000, 1_000) if tidings.FULL else (3_000, 200)
        arrivals = Arrivals()
        server = self.peer(arrivals)
        date = time.strftime("%Y-%m-%d", time.gmtime())
        instance = self.instance(server.port, pace.addresses(count), now=None, date=date)
        instance.subscribe([{"email": who} for who in pace.addresses(alerts, "alerts.example")],
                           "live")
        sender = instance.start("send", "--senders", "2")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        self.until(lambda: len(arrivals.mails) >= 100, "a hundred dailies")
        instance.briefing("live", f"{date}-flood.md", ALERT)
        asked = time.monotonic()
        instance.run("edition", "assemble", "live", "--date", date, "--name", "flood")
        queued = time.monotonic()
        self.until(lambda: sum(mail[2] for mail in list(arrivals.mails)) == alerts, "all alerts", 120)
        sender.terminate()
        sender.communicate(timeout=60)
        urgent = [(began, came) for began, came, alert in arrivals.mails if alert]
        first, last = min(urgent)[0], max(urgent)[0]
        between = sum(first < began < last for began, _, alert in arrivals.mails if not alert)
        waiting = count - (len(arrivals.mails) - alerts)
        print(f"{alerts} alerts, {waiting} dailies waiting: assembled in {queued - asked:.2f} s, on "
              f"the wire {first - queued:.2f} s later, the last came {max(urgent)[1] - first:.2f} s "
              f"after the first was begun, {between} dailies begun in between", flush=True)
        self.assertGreater(waiting, alerts)
        self.assertLess(first - queued, 2 if tidings.FULL else 10)
        self.assertLessEqual(between, 40, "dailies were begun while alerts waited")

    def test_one_session_in_ten_is_kept_for_alerts(self):
        """All that dailies may have of the relay stands still at the dot: an alert goes by them."""
        gate = threading.Event()
        self.addCleanup(gate.set)
        waiting, arrived = [], []

        def answer(stage, words, session):
            if stage == "DOT" and b"\r\nSubject: Live" not in words:
                waiting.append(words)
                gate.wait(120)
            elif stage == "DOT":
                arrived.append(words)

        server = self.peer(answer)
        instance = self.instance(server.port, pace.addresses(100), keys="    sessions: 10\n")
        instance.subscribe([{"email": who} for who in pace.addresses(3, "alerts.example")], "live")
        sender = instance.start("send")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        self.until(lambda: len(waiting) == 9, "nine dailies at the dot")
        instance.briefing("live", f"{pace.DATE}-flood.md", ALERT)
        instance.run("edition", "assemble", "live", "--date", pace.DATE, "--name", "flood")
        self.until(lambda: len(arrived) == 3, "three alerts")
        self.assertEqual(len(waiting), 9)
        gate.set()
        self.until(lambda: instance.states() == {"sent": 103}, "everything is sent")
        sender.terminate()
        sender.communicate(timeout=60)

    def test_a_held_edition_stops_on_the_wire_within_a_second(self):
        watch = pace.Watch(pause=0.02)
        server = self.peer(watch)
        people = pace.addresses(40_000 if tidings.FULL else 4_000)
        instance = self.instance(server.port, people)
        sender = instance.start("send", "--senders", "4")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        self.until(lambda: len(watch.dot_at) >= 100, "a hundred dailies")
        instance.run("edition", "hold", "1")
        held = time.monotonic()
        self.until(lambda: not set(instance.states()) & {"leased", "on_wire"}, "nothing in hand")
        begun = len(watch.mail_at)
        time.sleep(1)  # nothing comes of what waits
        self.assertLess(len(watch.dot_at), len(people))
        self.assertEqual(len(watch.mail_at), begun)
        late = max(watch.mail_at) - held
        print(f"held with {begun} of {len(people)} begun, the last {late:.2f} s after", flush=True)
        if tidings.FULL:
            self.assertLess(late, 1)
        instance.run("edition", "cancel", "1")
        sender.terminate()
        sender.communicate(timeout=60)


if __name__ == "__main__":
    unittest.main()
