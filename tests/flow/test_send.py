"""tidings send, from outside: what servers say and do, and what becomes of each message."""

import re
import sqlite3
import threading
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


def addresses(count):
    return [f"reader{number}@example.org" for number in range(count)]


def message_id(content):
    return re.search(rb"^Message-ID: (.*)\r$", content, re.M).group(1)


class Case(unittest.TestCase):
    def peer(self, answer=None, **more):
        return self.enterContext(peer.Peer(answer, **more))

    def instance(self, port, people):
        """An instance with these people (addresses, or rows of a signup file) and an edition of
        today assembled for them at seven."""
        instance = self.enterContext(tidings.Instance(port, now=SEVEN))
        rows = [{"email": who} if isinstance(who, str) else who for who in people]
        self.assertEqual(instance.subscribe(rows)["added"], len(rows))
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        made = instance.json("edition", "assemble", "daily", "--date", DATE)
        self.assertEqual(made["messages"], len(rows))
        return instance

    def send(self, instance, exit_code, **more):
        done = instance.run("send", "--drain", check=False, **more)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done


class Replies(Case):
    def test_a_4xx_at_rcpt_defers_and_a_later_run_delivers_once(self):
        def greylist(stage, words, session):
            return "450 4.2.0 come back later" if stage == "RCPT" and "reader1@" in words else None

        server = self.peer(greylist)
        instance = self.instance(server.port, addresses(3))
        self.send(instance, 75)
        row = instance.queue()["reader1@example.org"]
        self.assertEqual((row["state"], row["reason"], row["tries"], row["reply"]),
                         ("deferred", "try_later", 1, "450 4.2.0 come back later"))
        self.assertRegex(row["next"], r"^2026-11-20T07:0[45]:")  # 5 min, 10 % jitter
        server.answer = lambda *_: None
        self.send(instance, 0, now=f"{DATE}T07:04:00Z")
        self.assertEqual(len(server.mails), 2)
        self.send(instance, 0, now=f"{DATE}T07:10:00Z")
        self.assertEqual(sorted(mail[1] for mail in server.mails), addresses(3))
        self.assertEqual(instance.attempts("reader1@example.org"),
                         [("rcpt", "450 4.2.0 come back later"), ("dot", "250 2.0.0 queued")])
        self.assertEqual(len({mail[0] for mail in server.mails}), 3)
        self.send(instance, 0, now=f"{DATE}T07:20:00Z")
        self.assertEqual(len(server.mails), 3)

    def test_a_5xx_fails_one_recipient_and_its_words_are_kept(self):
        words = "550 5.1.1 no such person\r\n550 5.1.1 here"

        def refuse(stage, line, session):
            if stage == "RCPT" and "reader1@" in line:
                return words.replace("550 ", "550-", 1)
            return None

        server = self.peer(refuse)
        instance = self.instance(server.port, addresses(5))
        self.send(instance, 0)
        self.assertEqual(instance.states(), {"sent": 4, "failed": 1})
        row = instance.queue("state=failed")["reader1@example.org"]
        self.assertEqual((row["reason"], row["next"]), ("address", None))
        (stage, reply), = instance.attempts("reader1@example.org")
        self.assertEqual((stage, reply.splitlines()), ("rcpt", ["550-5.1.1 no such person",
                                                                "550 5.1.1 here"]))
        self.send(instance, 0, now=f"{DATE}T12:00:00Z")
        self.assertEqual(sum("reader1@" in line for line in server.lines), 1)

    def test_an_address_in_unicode_needs_a_server_that_takes_it(self):
        offers = ["PIPELINING", "8BITMIME"]
        server = self.peer(offers=lambda session: offers)
        people = ["grün@example.org", "ann@bücher.example"]
        instance = self.instance(server.port, people)
        self.send(instance, 0)
        self.assertEqual([mail[1] for mail in server.mails], ["ann@xn--bcher-kva.example"])
        row = instance.queue()["grün@example.org"]
        self.assertEqual((row["state"], row["reason"]), ("failed", "smtputf8"))
        asked = [line for line in server.lines if line.startswith("RCPT ")]
        self.assertEqual(asked, ["RCPT TO:<ann@xn--bcher-kva.example>"])
        offers.append("SMTPUTF8")
        instance = self.instance(server.port, people)
        self.send(instance, 0)
        self.assertEqual(instance.states(), {"sent": 2})
        sender, recipient, content = server.mails[-1]
        if recipient != "grün@example.org":
            sender, recipient, content = server.mails[-2]
        self.assertEqual(recipient, "grün@example.org")
        (asked,) = [line for line in server.lines if f"<{sender}>" in line]
        self.assertIn(" SMTPUTF8", asked)
        self.assertIn("To: grün@example.org\r\n".encode(), content)


class BrokenSessions(Case):
    def test_a_server_that_closes_in_the_middle_of_mails_loses_and_doubles_none(self):
        closed = threading.Semaphore(2)

        def close_while_data(stage, words, session):
            if stage == "DATA" and closed.acquire(blocking=False):
                return peer.Then("354 go on")
            return None

        server = self.peer(close_while_data)
        instance = self.instance(server.port, addresses(30))
        self.send(instance, 75)  # it comes to itself within seconds: no reason to give up
        self.assertEqual(instance.states(), {"sent": 28, "deferred": 2})
        self.send(instance, 0, now=f"{DATE}T07:10:00Z")
        self.assertEqual(instance.states(), {"sent": 30})
        self.assertEqual(sorted(mail[1] for mail in server.mails), sorted(addresses(30)))

    def test_a_relay_that_is_down_changes_nothing_and_all_go_when_it_is_back(self):
        closed_port = 9
        instance = self.instance(closed_port, addresses(40))
        before = instance.queue()
        done = self.send(instance, 69)
        self.assertIn("relay main cannot be used", done.stderr)
        self.assertEqual(instance.queue(), before)
        self.assertEqual({(row["state"], row["tries"]) for row in before.values()},
                         {("queued", 0)})
        server = self.peer()
        instance.relay(server.port)
        self.send(instance, 0)
        self.assertEqual(sorted(mail[1] for mail in server.mails), sorted(addresses(40)))

    def test_a_relay_that_refuses_the_session_blames_no_message(self):
        server = self.peer(lambda stage, *_: "554 5.7.1 not you" if stage == "BANNER" else None)
        instance = self.instance(server.port, addresses(3))
        done = self.send(instance, 69)
        self.assertIn("554 5.7.1 not you", done.stderr)
        self.assertEqual({(row["state"], row["tries"]) for row in instance.queue().values()},
                         {("queued", 0)})

    def drop_after_dot(self):
        first = threading.Semaphore(1)

        def drop(stage, words, session):
            if stage == "DOT" and first.acquire(blocking=False):
                self.lost = words
                return peer.DROP
            return None

        return self.peer(drop)

    def test_no_answer_to_the_dot_is_a_doubt_that_stays(self):
        server = self.drop_after_dot()
        instance = self.instance(server.port, addresses(5))
        self.assertEqual(self.send(instance, 75).stdout.count("1 in doubt"), 1)
        self.assertEqual(instance.states(), {"sent": 4, "in_doubt": 1})
        (row,) = instance.queue("state=in_doubt").values()
        self.assertEqual((row["reason"], row["next"]), ("unknown_fate", None))
        self.send(instance, 0, now=f"{DATE}T09:00:00Z")
        self.assertEqual(instance.states(), {"sent": 4, "in_doubt": 1})
        self.assertEqual(len(server.mails), 4)

    def test_under_the_policy_resend_it_comes_again_as_the_same_mail(self):
        server = self.drop_after_dot()
        instance = self.enterContext(tidings.Instance(server.port, now=SEVEN))
        instance.configure("# in_doubt: hold", "in_doubt: resend")
        instance.subscribe([{"email": who} for who in addresses(5)])
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DATE)
        self.send(instance, 75)
        (row,) = instance.queue("state!=sent").values()
        self.assertEqual((row["state"], row["reason"]), ("queued", "unknown_fate"))
        self.send(instance, 0, now=f"{DATE}T07:10:00Z")
        self.assertEqual(instance.states(), {"sent": 5})
        again = [mail[2] for mail in server.mails if mail[1] == row["address"]]
        self.assertEqual([message_id(self.lost)], [message_id(mail) for mail in again])
        self.assertEqual([self.lost], again)  # Date and all else, byte for byte


class Times(Case):
    def test_what_is_too_late_expires_and_is_not_sent(self):
        server = self.peer()
        instance = self.instance(server.port, addresses(3))
        done = self.send(instance, 0, now=f"{DATE}T17:00:00Z")  # daily is valid for 10 h
        self.assertIn("3 expired", done.stdout)
        self.assertEqual({(row["state"], row["reason"]) for row in instance.queue().values()},
                         {("expired", "too_late")})
        self.assertEqual(server.sessions, [])

    def test_in_the_last_minute_it_is_sent(self):
        server = self.peer()
        instance = self.instance(server.port, addresses(3))
        self.send(instance, 0, now=f"{DATE}T16:59:50Z")
        self.assertEqual(instance.states(), {"sent": 3})

    def test_a_reader_who_left_after_assembling_gets_nothing(self):
        server = self.peer()
        instance = self.instance(server.port, addresses(3))
        instance.run("unsubscribe", "reader1@example.org")
        self.send(instance, 0)
        issues = [who for _, who, content in server.mails if b"first stories are" in content]
        self.assertEqual(sorted(issues), ["reader0@example.org", "reader2@example.org"])
        row = instance.queue(f"edition={DATE}")["reader1@example.org"]
        self.assertEqual((row["state"], row["reason"]), ("cancelled", "unsubscribed"))
        (goodbye,) = [content for _, who, content in server.mails if who == "reader1@example.org"]
        self.assertNotIn(b"first stories are", goodbye)

    def test_a_reader_with_an_hour_of_their_own_gets_it_then(self):
        server = self.peer()
        instance = self.instance(server.port, [
            {"email": "plain@example.org"},
            {"email": "later@example.org", "at": "07:30"},
            {"email": "tokyo@example.org", "at": "08:00", "timezone": "Asia/Tokyo"}])
        due = {who.split("@")[0]: row["due"] for who, row in instance.queue().items()}
        self.assertEqual(due, {"plain": SEVEN, "later": f"{DATE}T07:30:00Z",
                               "tokyo": f"{DATE}T23:00:00Z"})  # 08:00 there on the next day
        came = []
        for now in ("07:00:00", "07:29:50", "07:30:00", "22:59:50", "23:00:00"):
            self.send(instance, 0, now=f"{DATE}T{now}Z")
            came.append([mail[1].split("@")[0] for mail in server.mails])
        self.assertEqual(came, [["plain"], ["plain"], ["plain", "later"], ["plain", "later"],
                                ["plain", "later", "tokyo"]])
        self.assertIn(b"\r\nDate: Fri, 20 Nov 2026 23:00:00 +0000\r\n",
                      b"\r\n" + server.mails[-1][2])


if __name__ == "__main__":
    unittest.main()
