"""Lanes: what waits in one of its own, or in the common one, when the rules change."""

import signal
import sqlite3
import time
import unittest

import daemons
import pace
import tidings


class Rules(pace.Case):
    RULE = "  - name: second\n    url: smtp://127.0.0.1:{}\n    domains: [example.net, .example.com]\n"

    def edition(self, port, people):
        """An edition of today, for a daemon lives in the present."""
        date = time.strftime("%Y-%m-%d", time.gmtime())
        instance = self.instance(port, people, now=None, date=date)
        return instance

    def daemon(self, instance):
        daemon = daemons.Daemon(instance, "--senders", "2")
        self.addCleanup(daemon.process.wait)
        self.addCleanup(daemon.process.kill)
        daemon.wait("event=started .*role=sender", 2)
        return daemon

    def reload(self, daemon, started):
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("event=started .*role=sender", started)

    def until(self, condition, what):
        deadline = time.monotonic() + daemons.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    def send_until(self, instance, condition):
        sender = instance.start("send")
        self.addCleanup(sender.kill)
        self.until(condition, "mail")
        sender.terminate()
        sender.communicate(timeout=daemons.PATIENCE)

    def lanes(self, instance):
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            return dict(store.execute(
                "SELECT COALESCE(g.name, 'common'), count(*) FROM message m"
                " LEFT JOIN domain_group g ON g.id = m.lane WHERE m.state IN (0, 2) GROUP BY 1"))

    def test_a_rule_that_goes_lets_go_what_waited_for_its_relay(self):
        server = self.peer()
        behind = pace.addresses(40, "example.net") + pace.addresses(1, "a.example.com")
        others = pace.addresses(100)
        instance = self.edition(server.port, others + behind)
        instance.configure("relays:\n", "relays:\n" + self.RULE.format(9))  # nobody listens there
        daemon = self.daemon(instance)
        self.until(lambda: len(server.mails) == len(others), "all others")
        self.assertEqual(self.received(server), others)
        self.assertEqual(self.lanes(instance), {"example.net": 40, "a.example.com": 1})
        instance.configure(self.RULE.format(9), "")
        self.reload(daemon, 4)
        self.until(lambda: len(server.mails) == len(others + behind), "all")
        self.assertEqual(self.received(server), sorted(others + behind))
        self.assertEqual(daemon.end(), 0)

    def test_a_rule_that_comes_takes_its_mail_out_of_the_common_lane(self):
        """Behind 1500 for a relay that is down, more than one look at what waits goes through."""
        server = self.peer()
        behind = pace.addresses(40, "example.net")
        instance = self.edition(9, pace.addresses(1500) + behind)
        daemon = self.daemon(instance)
        daemon.wait("event=relay .*failures=1")
        self.until(lambda: self.lanes(instance) == {"common": 1540}, f"all wait again: {instance.states()}")
        instance.configure("relays:\n", "relays:\n" + self.RULE.format(server.port))
        self.reload(daemon, 4)
        self.until(lambda: len(server.mails) == len(behind), "those of the new rule")
        self.assertEqual(self.received(server), behind)
        self.assertEqual(self.lanes(instance), {"common": 1500})
        self.assertEqual(daemon.end(), 0)

    def test_a_drain_ends_when_all_that_is_left_is_for_a_relay_that_may_take_no_more(self):
        first, second = self.peer(), self.peer()
        instance = self.instance(first.port, pace.addresses(30) + pace.addresses(8, "example.net"))
        instance.configure("relays:\n", "relays:\n" + self.RULE.format(second.port)
                           + "    hourly: 5\n")
        self.drain(instance, 75)
        self.assertEqual((len(first.mails), len(second.mails)), (30, 5))
        self.assertEqual(instance.states(), {"sent": 35, "queued": 3})

    def test_who_has_another_address_by_now_goes_by_its_relay_and_bars_nobody(self):
        first, second = self.peer(), self.peer()
        behind = pace.addresses(20, "example.net")
        instance = self.instance(first.port, behind + pace.addresses(20))
        instance.configure("relays:\n", "relays:\n" + self.RULE.format(9))
        self.send_until(instance, lambda: len(first.mails) == 20)
        self.assertEqual(self.lanes(instance), {"example.net": 20})
        instance.run("subscriber", "rename", behind[0], "moved@b.example.com")
        instance.run("subscriber", "rename", behind[1], "moved@example.org")
        instance.run("unsubscribe", behind[2], "--newsletter", "daily")
        (instance.dir / "people.csv").unlink()
        instance.run("subscriber", "erase", behind[3])
        self.send_until(instance, lambda: len(first.mails) == 21)
        self.assertEqual(self.received(first), sorted(pace.addresses(20) + ["moved@example.org"]))
        instance.configure(self.RULE.format(9), self.RULE.format(second.port))
        self.drain(instance, 0, now=f"{pace.DATE}T07:30:00Z")
        issues = sorted(mail[1] for mail in second.mails if b"The first story" in mail[2])
        self.assertEqual(issues, sorted([*behind[4:], "moved@b.example.com"]))  # and a goodbye


if __name__ == "__main__":
    unittest.main()
