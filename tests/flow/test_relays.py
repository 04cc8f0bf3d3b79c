"""Several relays, and relays that fail: who gets the mail, and who is blamed."""

import contextlib
import json
import socket
import sqlite3
import threading
import time
import unittest

import pace
import peer
import tidings


class Relays(pace.Case):
    def add_relay(self, instance, port, name, keys):
        instance.configure("    url: smtp://127.0.0.1", f"    # {name}\n    url: smtp://127.0.0.1")
        path = instance.dir / "conf" / "tidings.yaml"
        text = path.read_text(encoding="utf-8")
        text = text.replace("relays:\n", f"relays:\n  - name: {name}\n"
                            f"    url: smtp://127.0.0.1:{port}\n{keys}", 1)
        path.write_text(text, encoding="utf-8")

    def test_each_gets_its_part_by_weight(self):
        first, second = self.peer(), self.peer()
        instance = self.instance(first.port, pace.addresses(400))
        self.add_relay(instance, second.port, "second", "    weight: 3\n")
        self.drain(instance)
        self.assertEqual(sorted(self.received(first) + self.received(second)), pace.addresses(400))
        self.assertAlmostEqual(len(first.mails), 100, delta=25)

    def test_mail_goes_by_the_relay_for_its_domain_and_provider(self):
        first, second = self.peer(), self.peer()
        people = ["a@gmail.com", "b@googlemail.com", "c@deep.example.net", "d@example.net",
                  "e@example.org"]
        instance = self.instance(first.port, people)
        self.add_relay(instance, second.port, "second",
                       "    domains: [gmail.com, .example.net]\n")
        self.drain(instance)
        self.assertEqual(self.received(second),
                         ["a@gmail.com", "b@googlemail.com", "c@deep.example.net"])
        self.assertEqual(self.received(first), ["d@example.net", "e@example.org"])

    def test_a_domain_with_its_own_relay_does_not_wait_behind_a_relay_that_is_down(self):
        server = self.peer()
        behind = pace.addresses(3, "example.net")
        instance = self.instance(9, pace.addresses(1_500) + behind)  # nobody listens on port 9
        self.add_relay(instance, server.port, "second", "    domains: [example.net]\n")
        done = self.drain(instance, 69)  # it gives up on the rest after a while without any
        self.assertIn("Couldn't connect", done["trouble"])
        self.assertEqual(self.received(server), behind)
        self.assertEqual(instance.states(), {"queued": 1_500, "sent": 3})
        self.assertGreater(instance.run("why", behind[0]).stdout.count("sent"), 0)
        instance.briefing("daily", f"{pace.DATE}-more.txt", pace.BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", pace.DATE, "--name", "more")
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            lanes = store.execute("SELECT g.name, count(*) FROM message m LEFT JOIN domain_group g"
                                  " ON g.id = m.lane WHERE m.edition = 2 GROUP BY 1").fetchall()
        self.assertEqual(lanes, [(None, 1_500), ("example.net", 3)])

    def test_what_is_no_mail_server_is_told_in_words(self):
        server = self.enterContext(socket.create_server(("127.0.0.1", 0)))

        def hang_up():
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        instance = self.instance(server.getsockname()[1], pace.addresses(1))
        self.assertIn("the server closed the connection, or does not speak SMTP",
                      self.drain(instance, 69)["trouble"])

    def test_another_stands_in_for_one_that_is_down_and_nobody_is_charged(self):
        server = self.peer()
        instance = self.instance(9, pace.addresses(200))  # nobody listens on port 9
        self.add_relay(instance, server.port, "second", "")
        self.drain(instance)
        self.assertEqual(self.received(server), pace.addresses(200))
        self.assertEqual({row["tries"] for row in instance.queue().values()}, {1})

    def test_one_of_weight_0_is_for_emergencies(self):
        spare, server = self.peer(), self.peer()
        instance = self.instance(server.port, pace.addresses(50))
        self.add_relay(instance, spare.port, "spare", "    weight: 0\n")
        self.drain(instance)
        self.assertEqual((len(server.mails), len(spare.mails)), (50, 0))
        instance.relay(9)
        instance.configure("smtp://127.0.0.1:9\n    weight: 0",
                           f"smtp://127.0.0.1:{spare.port}\n    weight: 0")
        instance.briefing("daily", f"{pace.DATE}-more.txt", pace.BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", pace.DATE, "--name", "more")
        self.drain(instance)
        self.assertEqual((len(server.mails), len(spare.mails)), (50, 50))

    def test_a_dead_relay_gets_one_connection_a_step_over_all_senders(self):
        count = 1_000 if tidings.FULL else 200
        connects = []

        def refuse(stage, words, session):
            if stage == "BANNER":
                connects.append(time.monotonic())
                return peer.Then("421 4.3.2 closed for repairs")
            return None

        server = self.peer(refuse)
        instance = self.instance(server.port, pace.addresses(count))
        sender = instance.start("send", "--senders", "4")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        deadline = time.monotonic() + 60
        while len(connects) < (5 if tidings.FULL else 3):  # at 0, 1, 3, 7 and 15 seconds
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        while (status := json.loads(instance.run("status", "--json", check=False).stdout)
               )["relays"][0]["failures"] < 3:  # the third is told, and not written down yet
            self.assertLess(time.monotonic(), deadline)
        (relay,) = status["relays"]
        self.assertLessEqual(relay["failures"], len(connects))
        self.assertIn("closed for repairs", relay["trouble"])
        self.assertTrue(any("relay main" in problem for problem in status["problems"]))
        story = instance.json("why", "reader000000@example.org")["messages"][0]
        self.assertEqual(story["limiter"], "relay")
        self.assertIn("closed for repairs", story["why"])
        self.assertGreater(story["next_try"], story["due"])
        gaps = [after - before for before, after in zip(connects, connects[1:])]
        for gap, step in zip(gaps, (1, 2, 4, 8, 16)):
            self.assertGreaterEqual(gap, step - 0.1, gaps)
        rows = instance.queue().values()
        self.assertEqual({row["tries"] for row in rows}, {0})
        self.assertLessEqual({row["state"] for row in rows}, {"queued", "leased"})  # the next step
        print(f"{count} queued: {len(connects)} connections, {gaps} s apart", flush=True)
        server.answer = lambda *_: None
        while len(server.mails) < count:
            self.assertLess(time.monotonic(), deadline + 120)
            time.sleep(0.05)
        sender.terminate()
        sender.communicate(timeout=60)
        self.assertEqual(self.received(server), pace.addresses(count))
        self.assertEqual({row["tries"] for row in instance.queue().values()}, {1})
        status = json.loads(instance.run("status", "--json", check=False).stdout)
        self.assertEqual((status["relays"][0]["failures"], status["relays"][0]["trouble"]),
                         (0, None))

    def test_a_relay_that_refuses_our_sender_rests_and_blames_nobody(self):
        asked = []

        def refuse(stage, words, session):
            if stage == "MAIL":
                asked.append(time.monotonic())
                return "550 5.7.1 this client may not send" if len(asked) < 3 else None
            return None

        server = self.peer(refuse, offers=("8BITMIME",))
        instance = self.instance(server.port, pace.addresses(60), keys="    sessions: 1\n")
        self.drain(instance, 75)
        self.assertGreater(asked[1] - asked[0], 0.9)  # it was left alone for a second, then for two
        self.assertGreater(asked[2] - asked[1], 1.9)
        rows = instance.queue()
        self.assertEqual({row["tries"] for row in rows.values() if row["state"] == "sent"}, {1})
        put_off = [row for row in rows.values() if row["state"] == "deferred"]
        self.assertEqual(len(put_off), 2)  # the two that it was asked with, at one step each
        self.assertEqual({row["tries"] for row in put_off}, {0})
        self.drain(instance, 0, now=f"{pace.DATE}T07:10:00Z")
        self.assertEqual(self.received(server), pace.addresses(60))


if __name__ == "__main__":
    unittest.main()
