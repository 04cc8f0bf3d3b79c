"""tidings why, from outside: one person's or one message's story, and what decides about it now."""

import re
import signal
import sqlite3
import threading
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
BRIEFING = """---
title: Friday
---
What happened.

The first story is a long one, as first stories are.

## Money {.finance}

A story about money.

## Cars {.ambulances}

A story about ambulances.
"""


class Case(unittest.TestCase):
    def peer(self, answer=None):
        return self.enterContext(peer.Peer(answer))

    def instance(self, people, port=9, assemble=True):
        instance = self.enterContext(tidings.Instance(port, now=SEVEN))
        instance.subscribe([{"email": who} if isinstance(who, str) else who for who in people])
        instance.briefing("daily", f"{DATE}.md", BRIEFING)
        if assemble:
            self.assemble(instance)
        return instance

    def assemble(self, instance, **more):
        return instance.run("edition", "assemble", "daily", "--date", DATE, **more)

    def message(self, instance, who="ann@example.org", **more):
        (message,) = [message for message in instance.json("why", who, **more)["messages"]
                      if not message["slug"].startswith("goodbye-")]
        return message

    def limiter(self, instance, who="ann@example.org", **more):
        message = self.message(instance, who, **more)
        return message["limiter"], message["why"]


class Story(Case):
    def test_the_whole_story_of_one_person(self):
        replies = ["450 4.2.0 busy\x1b[2Jnow", "450 4.2.1 again"]
        server = self.peer(lambda stage, *_: replies.pop(0) if stage == "RCPT" and replies else None)
        instance = self.instance([{"email": "Ann@example.org", "name": "Ann", "topics": "finance",
                                   "format": "text"}], server.port)
        instance.run("send", "--drain", check=False)
        instance.run("send", "--drain", check=False, now=f"{DATE}T07:10:00Z")
        story = instance.json("why", "ann@EXAMPLE.org", now=f"{DATE}T07:11:00Z")
        person = story["subscriber"]
        self.assertEqual((person["email"], person["name"]), ("Ann@example.org", "Ann"))
        (subscription,) = person["subscriptions"]
        self.assertEqual((subscription["newsletter"], subscription["status"],
                          subscription["topics"]), ("daily", "active", "finance"))
        (consent,) = person["consent"]
        self.assertEqual((consent["event"], consent["source"]), ("stated", "test"))
        (message,) = story["messages"]
        self.assertEqual((message["edition"], message["newsletter"], message["slug"],
                          message["message"], message["state"], message["reason"]),
                         (1, "daily", DATE, "1-1", "deferred", "try_later"))
        self.assertEqual((message["format"], message["shown"], message["tries"]),
                         ("text", "lead; Money", 2))
        self.assertEqual([(each["stage"], each["reply"]) for each in message["attempts"]],
                         [("rcpt", "450 4.2.0 busy\x1b[2Jnow"), ("rcpt", "450 4.2.1 again")])
        self.assertRegex(message["attempts"][0]["at"], rf"^{DATE}T07:00:")
        self.assertEqual(message["deadline"], f"{DATE}T17:00:00Z")
        self.assertRegex(message["next_try"], rf"^{DATE}T07:(19|2[01]):")
        self.assertEqual(message["limiter"], "retry")
        said = instance.run("why", "ann@example.org", now=f"{DATE}T07:11:00Z").stdout
        for words in ("Ann@example.org", "topics finance; text", "stated by import: test",
                      f"daily {DATE}, message 1-1: deferred, the server said: later",
                      "text: lead; Money", r"main, rcpt: 450 4.2.0 busy\x1B[2Jnow",
                      "main, rcpt: 450 4.2.1 again", f"deadline {DATE}T17:00:00Z",
                      f"next try    {message['next_try']}", "It was put off"):
            self.assertIn(words, said)
        self.assertNotIn("\x1b", said)

    def test_one_message_by_its_id(self):
        instance = self.instance(["ann@example.org", "bob@example.org"])
        story = instance.json("why", "1-2")
        self.assertEqual(story["subscriber"]["email"], "bob@example.org")
        self.assertEqual([message["message"] for message in story["messages"]], ["1-2"])

    def test_whom_or_what_we_do_not_know(self):
        instance = self.instance(["ann@example.org"])
        for word in ("bob@example.org", "1-9", "9-1", "nobody"):
            done = instance.run("why", word, check=False)
            self.assertEqual((done.returncode, done.stdout), (66, ""))
            self.assertIn(word, done.stderr)

    def test_an_address_that_is_nobodys_but_must_not_be_mailed(self):
        instance = self.instance(["ann@example.org"])
        instance.run("subscriber", "suppress", "Never@example.org", "--reason", "a letter")
        told = instance.json("why", "never@example.org")
        self.assertEqual((told["subscriber"]["subscriber"], told["messages"], told["absent"]),
                         (None, [], []))
        self.assertEqual([row["evidence"] for row in told["subscriber"]["suppressions"]], ["a letter"])
        said = instance.run("why", "never@example.org").stdout
        self.assertIn("nobody has this address", said)
        self.assertRegex(said, r"suppressed .* admin: a letter")

    def test_somebody_erased_by_the_address_they_had(self):
        instance = self.instance(["ann@example.org", "bea@example.org"])
        (instance.dir / "people.csv").unlink()
        instance.run("subscriber", "erase", "ann@example.org")
        told = instance.json("why", "ann@example.org")
        self.assertEqual(told, instance.json("why", "1-1") | {"absent": told["absent"]})
        self.assertEqual([message["limiter"] for message in told["messages"]], ["suppressed"])
        said = instance.run("why", "ann@example.org").stdout
        self.assertTrue(said.startswith("(erased)\n"), said)
        self.assertRegex(said, r"consent +\S+  erased by command\n")
        self.assertNotIn("ann", said.lower().replace("cannot", ""))

    def test_the_newest_come_first_and_no_more_than_asked_for(self):
        instance = self.instance(["ann@example.org"])
        for day in (21, 22):
            instance.briefing("daily", f"2026-11-{day}.md", BRIEFING)
            instance.run("edition", "assemble", "daily", "--date", f"2026-11-{day}")
        def editions(*more):
            return [message["edition"]
                    for message in instance.json("why", "ann@example.org", *more)["messages"]]
        self.assertEqual(editions(), [3, 2, 1])
        self.assertEqual(editions("--limit", "2"), [3, 2])

    def test_what_is_shown_is_what_was_made_not_what_is_wanted_now(self):
        instance = self.instance([{"email": "ann@example.org", "topics": "finance"}])
        instance.run("subscriber", "set", "ann@example.org", "--newsletter", "daily",
                     "--topics", "ambulances")
        self.assertEqual(self.message(instance)["shown"], "lead; Money")


class Limits(Case):
    """What a message waits for: the one thing that decides."""

    def test_the_hour_of_the_subscriber(self):
        instance = self.instance([{"email": "ann@example.org", "at": "09:00"}])
        code, words = self.limiter(instance)
        self.assertEqual(code, "hour")
        self.assertIn(f"{DATE}T09:00:00Z", words)

    def test_nobody_to_send_it(self):
        instance = self.instance(["ann@example.org"])
        self.assertEqual(self.limiter(instance)[0], "no_sender")

    def test_an_edition_that_is_held(self):
        instance = self.instance(["ann@example.org"])
        instance.run("edition", "hold", "1")
        code, words = self.limiter(instance)
        self.assertEqual(code, "edition_held")
        self.assertIn("edition release 1", words)

    def test_a_message_that_is_held(self):
        instance = self.instance(["ann@example.org"])
        instance.run("queue", "hold", "address=ann@example.org")
        message = self.message(instance)
        self.assertEqual((message["limiter"], message["next_try"]), ("held", None))
        self.assertIn("queue release", message["why"])

    def test_an_edition_that_is_cancelled(self):
        instance = self.instance(["ann@example.org"])
        instance.run("edition", "cancel", "1")
        code, words = self.limiter(instance)
        self.assertEqual(code, "final")
        self.assertIn("administrator", words)
        self.change(instance, "UPDATE message SET state = 0, next = due")
        self.assertEqual(self.limiter(instance)[0], "edition_cancelled")

    def change(self, instance, statement):
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute(statement)

    def test_an_edition_that_is_not_complete(self):
        instance = self.instance(["ann@example.org"])
        self.change(instance, "UPDATE edition SET phase = 0")
        self.assertEqual(self.limiter(instance)[0], "edition_building")

    def test_the_deadline(self):
        instance = self.instance(["ann@example.org"])
        code, words = self.limiter(instance, now=f"{DATE}T17:00:00Z")
        self.assertEqual(code, "deadline")
        self.assertIn(f"{DATE}T17:00:00Z", words)

    def test_a_reader_who_left(self):
        instance = self.instance(["ann@example.org"])
        instance.run("unsubscribe", "ann@example.org")
        self.assertEqual(self.limiter(instance)[0], "unsubscribed")

    def test_an_address_that_must_not_be_mailed(self):
        for scope in ("0", "1"):
            instance = self.instance(["ann@example.org"])
            self.change(instance, "INSERT INTO suppression (hash, newsletter, reason, evidence, at)"
                                  f" SELECT hash, {scope}, 9, '550 gone', 1 FROM subscriber")
            self.assertEqual(self.limiter(instance)[0], "suppressed")
            self.assertIn("550 gone", instance.run("why", "ann@example.org").stdout)

    def test_a_doubt_tells_what_to_look_for(self):
        lost = []

        def drop(stage, words, session):
            if stage == "DOT":
                lost.append(words)
                return peer.DROP
            return None

        instance = self.instance(["ann@example.org"], self.peer(drop).port)
        instance.run("send", "--drain", check=False)
        message = self.message(instance)
        self.assertEqual((message["state"], message["limiter"]), ("in_doubt", "in_doubt"))
        (sent_id,) = re.findall(rb"^Message-ID: <(.*)>\r$", lost[0], re.M)
        self.assertEqual(message["message_id"], sent_id.decode())
        self.assertIn(sent_id.decode(), message["why"])
        self.assertIn("queue settle", message["why"])

    def test_a_sender_that_has_it_and_one_that_died_with_it(self):
        reached, go_on = threading.Event(), threading.Event()
        self.addCleanup(go_on.set)

        def wait_at_dot(stage, words, session):
            if stage == "DOT":
                reached.set()
                go_on.wait(60)

        instance = self.instance(["ann@example.org"], self.peer(wait_at_dot).port)
        sender = instance.start("send", "--drain")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        self.assertTrue(reached.wait(30))
        code, words = self.limiter(instance)
        self.assertEqual(code, "sender")
        self.assertIn(f"process {sender.pid})", words)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        code, words = self.limiter(instance)
        self.assertEqual(code, "sender_gone")
        self.assertIn("in doubt", words)

    def test_its_turn_when_a_sender_runs_and_the_relay_does_not(self):
        instance = self.instance(["ann@example.org", {"email": "eve@example.org", "at": "09:00"}])
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("INSERT INTO sender (id, host, pid, started, until)"
                          " VALUES (7, 'elsewhere', 1, 0, 9223372036854775807)")
        code, words = self.limiter(instance)
        self.assertEqual(code, "turn")
        self.assertIn("Senders at work: 1; messages due: 1.", words)

    def test_what_is_over(self):
        replies = {"fails": "550 5.1.1 no such person"}
        server = self.peer(lambda stage, words, session:
                           next((reply for who, reply in replies.items()
                                 if stage == "RCPT" and who in words), None))
        instance = self.instance(["ann@example.org", "fails@example.org",
                                  {"email": "gone@example.org", "at": "09:00"},
                                  {"email": "late@example.org", "at": "10:00"}], server.port)
        instance.run("send", "--drain")
        instance.run("unsubscribe", "gone@example.org")
        instance.run("send", "--drain", now=f"{DATE}T09:30:00Z")
        instance.run("send", "--drain", now=f"{DATE}T20:00:00Z")
        for who, words in (("ann", "A relay took it."), ("fails", "It failed for good"),
                           ("gone", "the subscriber left"),
                           ("late", "Its time was over")):
            message = self.message(instance, f"{who}@example.org")
            self.assertEqual((message["limiter"], message["next_try"]), ("final", None))
            self.assertIn(words, message["why"])
        self.assertIn(": failed, no such mailbox or domain",
                      instance.run("why", "fails@example.org").stdout)


class Absent(Case):
    """Why there is no message at all."""

    def absent(self, instance, who="ann@example.org", **more):
        story = instance.json("why", who, **more)
        return {(each["newsletter"], each["slug"]): each["why"] for each in story["absent"]}

    def why(self, instance, who="ann@example.org", **more):
        return self.absent(instance, who, **more)["daily", DATE]

    def test_subscribed_after_it_was_made(self):
        instance = self.instance(["bob@example.org"])
        later = f"{DATE}T08:00:00Z"
        instance.run("subscribe", "ann@example.org", "--newsletter", "daily", "--confirmed",
                     "--source", "test", now=later)
        self.assertRegex(self.why(instance, now=later), r"only later\b.*T08:00:00Z")
        said = instance.run("why", "ann@example.org", now=later).stdout
        self.assertIn(f"daily {DATE}: no message. They subscribed only later.", said)

    def test_not_confirmed(self):
        instance = self.instance(["bob@example.org"], assemble=False)
        instance.run("subscribe", "ann@example.org", "--newsletter", "daily", now=f"{DATE}T06:00:00Z")
        self.assemble(instance)
        self.assertIn("have not confirmed", self.why(instance))

    def test_other_choices_are_no_confirmation(self):
        instance = self.instance(["bob@example.org"], assemble=False)
        for command in (["subscribe"], ["subscriber", "set"]):
            instance.run(*command, "ann@example.org", "--newsletter", "daily", "--topics", "finance",
                         *(["--format", "text"] if "set" in command else []), now=f"{DATE}T06:00:00Z")
        events = [line["event"] for line in
                  instance.json("why", "ann@example.org")["subscriber"]["consent"]]
        self.assertEqual(events, ["subscribed", "changed"])
        self.assemble(instance)
        self.assertIn("have not confirmed", self.why(instance))

    def test_confirmed_after_it_was_made(self):
        instance = self.instance(["bob@example.org"], assemble=False)
        instance.run("subscribe", "ann@example.org", "--newsletter", "daily", now=f"{DATE}T06:00:00Z")
        self.assemble(instance)
        instance.run("subscribe", "ann@example.org", "--newsletter", "daily", "--confirmed",
                     "--source", "test", now=f"{DATE}T08:00:00Z")
        self.assertIn("had not confirmed", self.why(instance, now=f"{DATE}T08:00:00Z"))

    def test_unsubscribed_before(self):
        instance = self.instance(["ann@example.org", "bob@example.org"], assemble=False)
        instance.run("unsubscribe", "ann@example.org", now=f"{DATE}T07:01:00Z")
        self.assemble(instance, now=f"{DATE}T07:02:00Z")
        self.assertIn("have unsubscribed", self.why(instance, now=f"{DATE}T07:03:00Z"))

    def test_never_subscribed(self):
        instance = self.instance(["bob@example.org"])
        instance.subscribe([{"email": "ann@example.org"}], newsletter="weekly")
        self.assertIn("never subscribed", self.why(instance))

    def test_an_edition_that_never_became_complete(self):
        instance = self.instance(["ann@example.org"], assemble=False)
        self.assemble(instance, now=f"{DATE}T07:05:00Z")
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("DELETE FROM message")
            store.execute("UPDATE edition SET phase = 0")
        self.assertIn("not complete", self.why(instance, now=f"{DATE}T07:30:00Z"))
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE edition SET phase = 2")
        self.assertIn("was cancelled", self.why(instance, now=f"{DATE}T07:30:00Z"))

    def test_nothing_in_it_is_a_message_that_was_skipped(self):
        instance = self.enterContext(tidings.Instance(9, now=SEVEN))
        instance.subscribe([{"email": "ann@example.org", "topics": "finance"}])
        instance.subscribe([{"email": "bob@example.org"}])
        instance.briefing("daily", f"{DATE}.md", "---\ntitle: x\n---\n## Cars {.ambulances}\n\nNo.\n")
        instance.run("edition", "assemble", "daily", "--date", DATE)
        message = self.message(instance)
        self.assertEqual((message["state"], message["reason"], message["variant"]),
                         ("skipped", "no_section", None))
        self.assertIn("nothing in this edition for these topics", message["why"])
        self.assertEqual(self.absent(instance), {})

    def test_the_last_week_of_their_own_newsletters_only(self):
        instance = self.instance(["bob@example.org"], assemble=False)
        for day in (10, 18, 19):
            instance.briefing("daily", f"2026-11-{day}.md", BRIEFING)
            instance.run("edition", "assemble", "daily", "--date", f"2026-11-{day}",
                         now=f"2026-11-{day}T07:00:00Z")
        instance.run("subscribe", "ann@example.org", "--newsletter", "daily", "--confirmed",
                     "--source", "test")
        self.assertEqual(sorted(slug for _, slug in self.absent(instance)),
                         ["2026-11-18", "2026-11-19"])
        self.assertEqual(self.absent(instance, "bob@example.org"), {})
        instance.subscribe([{"email": "eve@example.org"}], newsletter="weekly")
        for day in (18, 19):
            instance.briefing("weekly", f"2026-11-{day}.md", BRIEFING)
            instance.run("edition", "assemble", "weekly", "--date", f"2026-11-{day}")
        self.assertEqual(list(self.absent(instance, "bob@example.org")), [("weekly", "2026-11-19")])


if __name__ == "__main__":
    unittest.main()
