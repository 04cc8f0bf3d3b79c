"""An edition that is being refused is held, told and let go on; others are not touched."""

import sqlite3
import unittest

import pace


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
        people = pace.addresses(150, "refuse.example") + pace.addresses(150)
        instance = self.instance(server.port, people, keys="    sessions: 4\n")
        done = instance.run("send", "--drain", check=False)
        self.assertIn("event=breaker level=error edition=1 held=1", done.stderr)
        states = instance.states()
        self.assertGreater(states["queued"], 100)
        self.assertGreaterEqual(states["failed"] + states["sent"], 50)
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
        people = pace.addresses(20, "refuse.example") + pace.addresses(180)
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

    def test_it_can_be_switched_off(self):
        server = self.refusing("550 5.1.1 no such user")
        instance = self.instance(server.port, pace.addresses(100, "refuse.example"))
        instance.configure("  refused: 25\n", "  refused: 0\n")
        self.drain(instance)
        self.assertEqual(instance.states(), {"failed": 100})


if __name__ == "__main__":
    unittest.main()
