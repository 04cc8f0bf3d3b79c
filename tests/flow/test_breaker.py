"""An edition that is being refused is held, told and let go on; others are not touched."""

import email
import email.policy
import os
import re
import sqlite3
import unittest

import pace
import tidings


class Breaker(pace.Case):
    def refusing(self, reply):
        """A server that refuses all recipients at refuse.example."""
        def answer(stage, words, session):
            if stage == "RCPT" and "@refuse.example" in words:
                return reply
            return None
        return self.peer(answer)

    def check_held(self, instance, words):
        done = instance.run("status", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"edition 1 \(daily {pace.DATE}\) is held: .*{words}")
        (row,) = instance.json("edition", "list")
        self.assertEqual(row["held"], 1)
        self.assertRegex(row["held_why"], words)

    def test_when_too_many_are_refused_the_rest_of_the_list_is_spared(self):
        server = self.refusing("550 5.1.1 no such user")
        people = pace.spread(pace.addresses(150, "refuse.example"), pace.addresses(150))
        instance = self.instance(server.port, people, keys="    sessions: 4\n")
        done = instance.run("send", "--drain", check=False)
        self.assertIn("event=breaker level=error edition=1 held=1", done.stderr)
        states = instance.states()
        self.assertGreater(states["queued"], 100)
        self.assertGreaterEqual(states["failed"] + states.get("sent", 0), 50)
        self.check_held(instance, r"\d+ of \d+ messages were refused for good: queue list")
        why = instance.run("why", next(who for who, row in instance.queue("state=queued").items()))
        self.assertIn("is held (", why.stdout)
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            actions = [row[0] for row in store.execute("SELECT action FROM audit")]
        self.assertIn("breaker hold", actions)
        server.answer = lambda *_: None
        instance.run("edition", "release", "1")
        self.drain(instance)
        self.assertEqual(instance.states().get("queued", 0), 0)

    def test_words_that_say_it_is_us_are_enough_at_one_in_ten(self):
        server = self.refusing("550 5.7.1 Our system has detected that this message is likely"
                               " unsolicited mail; your IP address is on our blocklist")
        people = pace.addresses(40, "refuse.example") + pace.addresses(200)
        instance = self.instance(server.port, people, keys="    sessions: 4\n")
        instance.run("send", "--drain", check=False)
        self.check_held(instance, "say that it is us")

    def test_a_few_dead_addresses_stop_nothing(self):
        server = self.refusing("550 5.1.1 no such user")
        people = pace.spread(pace.addresses(20, "refuse.example"), pace.addresses(180))
        instance = self.instance(server.port, people)
        self.drain(instance)
        self.assertEqual(instance.states(), {"sent": 180, "failed": 20})

    def test_what_several_senders_see_counts_together(self):
        server = self.refusing("550 5.1.1 no such user")
        people = pace.addresses(400, "refuse.example")
        instance = self.instance(server.port, people, keys="    sessions: 4\n")
        instance.run("send", "--drain", "--senders", "4", check=False)
        self.check_held(instance, "refused for good")
        self.assertGreater(instance.states()["queued"], 150)

    def test_strangers_at_the_signup_form_hold_up_no_confirmations(self):
        server = self.refusing("550 5.7.1 your IP address is on our blocklist")
        instance = self.enterContext(tidings.Instance(server.port, now=pace.SEVEN))
        for who in pace.addresses(51, "refuse.example"):
            instance.run("subscribe", who, "--newsletter", "daily")
        instance.run("send", "--drain", check=False)
        self.assertEqual(instance.states(), {"failed": 51})
        instance.run("subscribe", "reader@example.org", "--newsletter", "daily")
        self.drain(instance)
        self.assertIn("reader@example.org", [mail[1] for mail in server.mails])

    def test_it_can_be_switched_off(self):
        server = self.refusing("550 5.1.1 no such user")
        instance = self.instance(server.port, pace.addresses(100, "refuse.example"))
        instance.configure("  refused: 25\n", "  refused: 0\n")
        self.drain(instance)
        self.assertEqual(instance.states(), {"failed": 100})


BLOCKED = "550 5.7.1 your IP address is on our blocklist \x1b[31m"
DESK = "desk@example.net"
SECOND = "\n  - name: second\n    url: smtp://127.0.0.1:{port}\n    weight: 0\n"


class Operator(Breaker):
    """The administrator is told by a mail, once, and not by the way that is blocked."""

    def tripping(self, people=150, reply=BLOCKED, seconds=False):
        """(instance, server, another relay's server or None)"""
        server = self.refusing(reply)
        spare = self.peer() if seconds else None
        keys = "    sessions: 4\n" + (SECOND.format(port=spare.port) if spare else "")
        instance = self.instance(server.port, pace.addresses(people, "refuse.example"), keys=keys)
        instance.configure("# operator: desk@news.example", f"operator: {DESK}")
        return instance, server, spare

    def told(self, *servers):
        """(subject, text) of the mails that told the operator of a hold."""
        mails = [email.message_from_bytes(mail[2], policy=email.policy.default)
                 for server in servers for mail in server.mails if mail[1] == DESK]
        return [(mail["subject"], re.sub(r"\s+", " ", mail.get_body(("plain",)).get_content()))
                for mail in mails if "held" in mail["subject"]]

    def test_is_told_once_each_time_it_is_held(self):
        instance, server, _ = self.tripping()
        for _ in range(2):
            instance.run("send", "--drain", check=False)
        ((subject, text),) = self.told(server)
        failed = instance.states()["failed"]
        self.assertIn(f"{pace.DATE} is held: {failed} refused", subject)
        for words in (f"Refused for good {failed}", "because it is us", "tidings edition release 1",
                      f"{failed} x 550 5.7.1 your IP address is on our blocklist \\x1B[31m"):
            self.assertIn(words, text)
        instance.run("edition", "release", "1")
        instance.run("send", "--drain", check=False, now=f"{pace.DATE}T07:05:00Z")
        self.assertEqual(len(self.told(server)), 2)

    def test_by_another_relay_where_there_is_one(self):
        instance, server, spare = self.tripping(seconds=True)
        instance.run("send", "--drain", check=False)
        self.assertEqual((len(self.told(server)), len(self.told(spare))), (0, 1))
        self.assertEqual([mail[1] for mail in spare.mails], [DESK])  # the list stays where it was

    def test_words_about_addresses_keep_nothing_off_a_relay(self):
        instance, server, spare = self.tripping(reply="550 5.1.1 no such user", seconds=True)
        instance.run("send", "--drain", check=False)
        self.assertEqual((len(self.told(server)), len(self.told(spare))), (1, 0))

    def test_whatever_crashes(self):
        instance, server, _ = self.tripping(60)
        for crash in range(1, 200):
            done = instance.run("send", "--drain", check=False,
                                env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            if done.returncode != 99:
                break
        instance.run("send", "--drain", check=False)
        self.assertEqual(len({subject for subject, _ in self.told(server)}), 1)
        reports = [line for line in instance.json("edition", "list", "--notices")
                   if "report-refused" in line["slug"]]
        self.assertEqual(len(reports), 1)

    def test_nobody_is_told_of_old_news(self):
        instance, server, _ = self.tripping()
        instance.configure(f"operator: {DESK}", "# operator: desk@news.example")
        instance.run("send", "--drain", check=False)
        instance.configure("# operator: desk@news.example", f"operator: {DESK}")
        instance.run("send", "--drain", check=False)
        self.assertEqual(self.told(server), [])


if __name__ == "__main__":
    unittest.main()
