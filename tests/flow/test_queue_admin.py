"""What administrators do to the queue, from outside: hold, release, cancel, retry, settle, the
edition as a whole. What was moved is what servers then get or do not get."""

import os
import re
import sqlite3
import threading
import time
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
NOON = f"{DATE}T12:00:00Z"
LATE = f"{DATE}T17:00:01Z"  # daily is valid for 10 hours
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


def message_id(content):
    return re.search(rb"^Message-ID: (.*)\r$", content, re.M).group(1)


def answer(stage, words, session):
    """Readers are named after what becomes of their mail."""
    if stage == "RCPT" and "<later" in words:
        return "450 4.2.0 come back later"
    if stage == "RCPT" and "<fails" in words:
        return "550 5.7.1 not wanted here"
    if stage == "DOT" and b"\r\nTo: doubt" in b"\r\n" + words:
        return peer.DROP
    return None


class Case(unittest.TestCase):
    def instance(self, people, port=9):
        """An instance with an edition of today assembled at seven for these people: addresses, or
        rows of a signup file."""
        instance = self.enterContext(tidings.Instance(port, now=SEVEN))
        instance.subscribe([{"email": who} if isinstance(who, str) else who for who in people])
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DATE)
        return instance

    def peer(self, answer=None):
        return self.enterContext(peer.Peer(answer))

    def sent(self, people, answer=answer):
        """(instance, peer) after a first run of the sender."""
        server = self.peer(answer)
        instance = self.instance(people, server.port)
        instance.run("send", "--drain", check=False)
        return instance, server

    def refused(self, instance, exit_code, *args, **more):
        done = instance.run(*args, check=False, **more)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def audit(self, instance):
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            return store.execute("SELECT actor, action, subject, rows_changed FROM audit"
                                 " WHERE action NOT LIKE 'subscriber%' ORDER BY id").fetchall()

    def received(self, server):
        return sorted(mail[1].split("@")[0] for mail in server.mails)

    def drain(self, instance, **more):
        instance.run("send", "--drain", check=False, **more)


class Words(Case):
    """What the commands want to hear, and what they say."""

    def test_messages_are_never_taken_by_default(self):
        instance = self.instance(["ann@example.org"])
        for command in ("hold", "release", "cancel", "retry"):
            self.refused(instance, 64, "queue", command)
            self.refused(instance, 64, "queue", command, "state=queued", "--all")
        self.refused(instance, 64, "queue", "settle", "--sent")
        self.assertEqual(instance.states(), {"queued": 1})

    def test_settle_wants_one_word_of_three(self):
        instance = self.instance(["ann@example.org"])
        self.refused(instance, 64, "queue", "settle", "state=in_doubt")
        self.refused(instance, 64, "queue", "settle", "state=in_doubt", "--sent", "--cancel")

    def test_a_newsletter_without_an_edition_yet_is_an_empty_list(self):
        instance = self.instance(["ann@example.org"])
        self.assertEqual(instance.json("queue", "list", "newsletter=weekly"), [])
        self.assertEqual(instance.states("newsletter=weekly"), {})
        self.assertEqual(instance.json("queue", "watch", "--once", "newsletter=weekly")["editions"], 0)
        self.assertEqual(instance.json("queue", "hold", "newsletter=weekly")["changed"], 0)
        self.refused(instance, 66, "queue", "list", "newsletter=weekly", f"edition={DATE}")
        self.refused(instance, 66, "queue", "list", "newsletter=weekley")
        self.assertEqual(instance.states(), {"queued": 1})

    def test_an_edition_is_shown_by_number_and_by_slug(self):
        instance = self.instance(["ann@example.org"])
        shown = instance.json("edition", "show", "1")
        self.assertEqual(instance.json("edition", "show", DATE), shown)
        self.refused(instance, 66, "edition", "show", "2")
        self.refused(instance, 66, "edition", "show", "x" * 300)

    def test_what_is_not_there_is_named(self):
        instance = self.instance(["ann@example.org"])
        self.assertIn("edition=7", self.refused(instance, 66, "queue", "hold", "edition=7").stderr)
        self.refused(instance, 66, "edition", "hold", "7")
        self.refused(instance, 66, "edition", "hold", "2026-11-19")
        self.refused(instance, 66, "queue", "hold", "newsletter=weekley")
        self.refused(instance, 64, "queue", "hold", "state=gone")

    def test_counts_and_reasons_are_told(self):
        instance, _ = self.sent(["ann@example.org", "later@example.org", "fails@example.org"])
        said = instance.run("queue", "hold", "domain=example.org").stdout
        self.assertRegex(said, r"(?m)^held: 1 messages$")
        self.assertRegex(said, r"(?m)^ +1 deferred$")
        self.assertRegex(said, r"(?m)^passed over: 2 messages$")
        self.assertRegex(said, r"(?m)^ +1 sent: nothing to hold$")
        self.assertEqual(instance.json("queue", "hold", "domain=example.org"),
                         {"changed": 0, "passed_over": 3, "dry_run": False, "by_state": {},
                          "passed_over_by_state": {"sent": 1, "held": 1, "failed": 1}})

    def test_a_dry_run_counts_the_same_and_changes_nothing(self):
        people = ["ann@example.org", "later@example.org", "fails@example.org", "doubt@example.org"]
        instance, _ = self.sent([*people, "early@example.net"])
        before = instance.queue()
        acts = [("hold", "--all"), ("cancel", "--all"), ("cancel", "state=in_doubt"),
                ("retry", "--all"), ("settle", "--all", "--sent"),
                ("settle", "--all", "--resend"), ("settle", "--all", "--cancel"),
                ("release", "--all")]
        dry = [instance.json("queue", *act, "--dry-run") for act in acts]
        dry.append(instance.json("edition", "hold", "1", "--dry-run"))
        dry.append(instance.json("edition", "cancel", "1", "--dry-run"))
        self.assertEqual({counts.pop("dry_run") for counts in dry}, {True})
        self.assertEqual(instance.queue(), before)
        self.assertEqual(instance.json("edition", "list")[0]["held"], 0)
        self.assertEqual(instance.json("edition", "list")[0]["phase"], "open")
        self.assertEqual(self.audit(instance), [])
        self.assertEqual([counts["changed"] for counts in dry], [1, 1, 1, 2, 1, 1, 1, 0, 1, 1])
        for number, act in enumerate(acts[:1] + acts[-1:]):
            real = instance.json("queue", *act)
            self.assertFalse(real.pop("dry_run"))
            if number == 0:
                self.assertEqual(real, dry[0])

    def test_every_act_leaves_who_did_it(self):
        instance = self.instance(["ann@example.org", "bob@example.net"])
        instance.run("queue", "hold", "domain=example.net", "state=queued")
        instance.run("edition", "hold", DATE)
        instance.run("edition", "hold", DATE)  # was so already: nothing to record
        instance.run("edition", "cancel", "1")
        actors, *rest = zip(*self.audit(instance))
        self.assertEqual(len(set(actors)), 1)
        self.assertTrue(actors[0])
        self.assertEqual(list(zip(*rest)),
                         [("queue hold", "domain=example.net state=queued", 1),
                          ("edition hold", DATE, 1), ("edition cancel", "1", 1),
                          ("edition cancel", "1", 2)])


class Hold(Case):
    def test_held_messages_stay_and_released_ones_go_as_they_would_have(self):
        people = ["later@example.org", "ann@example.org", {"email": "eve@example.org", "at": "09:00"}]
        instance, server = self.sent(people)
        before = instance.queue()
        self.assertEqual(instance.states(), {"sent": 1, "deferred": 1, "queued": 1})
        self.assertEqual(instance.json("queue", "hold", "domain=example.org")["by_state"],
                         {"queued": 1, "deferred": 1})
        rows = instance.queue("state=held")
        self.assertEqual({row["reason"] for row in rows.values()}, {"admin"})
        server.answer = lambda *_: None
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann"])
        self.assertEqual(instance.json("queue", "release", "domain=example.org")["by_state"],
                         {"held": 2})
        after = instance.queue()
        for who in ("later@example.org", "eve@example.org"):  # tried before, never tried
            for key in ("state", "due", "next", "tries"):
                self.assertEqual(after[who][key], before[who][key], (who, key))
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann", "eve", "later"])

    def test_selectors_say_which(self):
        people = [{"email": "ann@example.org", "topics": "finance"},
                  {"email": "bob@example.org", "topics": "quality"},
                  {"email": "later@example.net"}, {"email": "grün@bücher.example"},
                  {"email": "eve@example.org", "at": "11:30"}]
        server = self.peer(answer)
        instance = self.instance(people, server.port)
        instance.run("queue", "hold", "address=bob@example.org")
        self.drain(instance)
        self.assertEqual(instance.states(), {"sent": 1, "held": 1, "deferred": 1, "failed": 1, "queued": 1})
        for selectors in (["domain=EXAMPLE.net"], ["domain=bücher.example"], ["topic=finance"],
                          ["topic=quality"], ["reason=try_later"], ["reason=address"],
                          ["relay=main"], ["relay=other"], ["address=later@example.net"],
                          ["state=deferred"], ["state!=deferred"], ["newsletter=daily"],
                          ["age>1h"], ["age<1h"], ["edition=1", "state=deferred"],
                          ["edition=1", "domain=example.org"], ["--all"]):
            listed = instance.json("queue", "list", *(word for word in selectors if word != "--all"),
                                   now=NOON)
            counts = instance.json("queue", "cancel", *selectors, "--dry-run", now=NOON)
            with self.subTest(selectors=selectors):
                self.assertEqual(counts["changed"] + counts["passed_over"], len(listed))
                movable = [row for row in listed if row["state"] in ("queued", "deferred", "held")]
                self.assertEqual(counts["changed"], len(movable))

    def test_an_edition_is_held_by_its_flag_and_no_message_is_written(self):
        for hold, release in ((("edition", "hold", "1"), ("edition", "release", "1")),
                              (("queue", "hold", "edition=1"), ("queue", "release", "edition=1"))):
            with self.subTest(command=hold):
                server = self.peer()
                instance = self.instance(["ann@example.org", "bob@example.org"], server.port)
                before = instance.queue()
                held = instance.json(*hold)
                self.assertEqual((held["changed"], held["edition_changed"]), (2, True))
                self.assertEqual(instance.queue(), before)
                self.assertEqual(instance.json("edition", "show", "1")["held"], True)
                instance.run("send", "--drain")
                self.assertEqual(server.sessions, [])
                self.assertEqual(instance.json(*hold)["changed"], 0)
                self.assertTrue(instance.json(*release)["edition_changed"])
                instance.run("send", "--drain")
                self.assertEqual(self.received(server), ["ann", "bob"])

    def test_holding_an_edition_stops_four_senders_at_once(self):
        begun = []

        def slow(stage, words, session):
            if stage == "DATA":
                begun.append(time.monotonic())
            time.sleep(0.02)

        instance = self.instance([f"reader{number}@example.org" for number in range(6000)],
                                 self.peer(slow).port)
        senders = [instance.start("send") for _ in range(4)]
        for sender in senders:
            self.addCleanup(sender.communicate)
            self.addCleanup(sender.kill)
        deadline = time.monotonic() + 60
        while len(begun) < 100:
            self.assertLess(time.monotonic(), deadline)
        instance.run("edition", "hold", "1")
        held = time.monotonic()
        while set(states := instance.states()) & {"leased", "on_wire"}:
            self.assertLess(time.monotonic(), deadline)
        self.assertGreater(states["queued"], 1000)
        self.assertEqual(states, {"queued": states["queued"], "sent": len(begun)})
        if tidings.FULL:
            self.assertLess(max(begun), held + 1)

    def test_releasing_an_edition_leaves_what_is_held_by_itself(self):
        instance = self.instance(["ann@example.org", "bob@example.net"])
        instance.run("queue", "hold", "domain=example.net")
        instance.run("edition", "hold", "1")
        instance.run("edition", "release", "1")
        self.assertEqual(instance.states(), {"queued": 1, "held": 1})
        instance.run("edition", "hold", "1")
        released = instance.json("queue", "release", "edition=1")
        self.assertEqual((released["by_state"], released["passed_over"]),
                         ({"queued": 1, "held": 1}, 0))
        self.assertEqual(instance.states(), {"queued": 2})
        self.assertEqual(instance.json("edition", "show", "1")["held"], False)

    def test_an_edition_of_another_newsletter_is_not_held(self):
        instance = self.instance(["ann@example.org"])
        instance.subscribe([{"email": "bob@example.org"}], newsletter="weekly")
        self.refused(instance, 66, "queue", "hold", "newsletter=weekly", "edition=1")
        self.assertEqual(instance.json("edition", "show", "1")["held"], False)

    def test_with_another_selector_messages_are_held_and_not_the_edition(self):
        instance = self.instance(["ann@example.org", "bob@example.net"])
        for word in ("address=ann@example.org", "domain=example.org", "state=queued",
                     "reason=policy", "relay=main", "topic=finance", "age>1h", "age<1h"):
            counts = instance.json("queue", "hold", "edition=1", word, "--dry-run")
            self.assertNotIn("edition", counts, word)
        instance.run("queue", "hold", "edition=1", "domain=example.org")
        self.assertEqual(instance.states(), {"queued": 1, "held": 1})
        self.assertEqual(instance.json("edition", "show", "1")["held"], False)

    def test_what_a_sender_has_in_hand_is_passed_over_and_arrives(self):
        reached, go_on = threading.Event(), threading.Event()
        self.addCleanup(go_on.set)

        def wait_at_dot(stage, words, session):
            if stage == "DOT":
                reached.set()
                go_on.wait(60)

        server = self.peer(wait_at_dot)
        people = [f"reader{number}@example.org" for number in range(12)]  # room for all at once
        instance = self.instance(people, server.port)
        sender = instance.start("send", "--drain")
        self.assertTrue(reached.wait(30))
        deadline = time.monotonic() + 60
        while not set(instance.states()) <= {"leased", "on_wire"}:  # it takes all, one after another
            self.assertLess(time.monotonic(), deadline)
        for act in (("hold", "--all"), ("cancel", "--all"), ("retry", "--all"),
                    ("release", "--all"), ("settle", "--all", "--resend")):
            counts = instance.json("queue", *act)
            self.assertEqual((counts["changed"], counts["passed_over"]), (0, 12))
            self.assertLessEqual(set(counts["passed_over_by_state"]), {"leased", "on_wire"})
        said = instance.run("queue", "cancel", "--all").stdout
        self.assertRegex(said, r" on_wire: a sender has them in hand\n")
        go_on.set()
        self.assertEqual(sender.wait(60), 0, sender.communicate())
        self.assertEqual(self.received(server), sorted(who.split("@")[0] for who in people))
        self.assertEqual(instance.states(), {"sent": 12})
        sender.communicate()

    def test_a_lease_guards_a_row_whatever_its_state(self):
        instance = self.instance(["ann@example.org", "bob@example.org"])
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE message SET sender = 99 WHERE subscriber = 1")
        counts = instance.json("queue", "hold", "--all")
        self.assertEqual((counts["changed"], counts["passed_over"]), (1, 1))


class Cancel(Case):
    def test_cancels_what_waits_and_gives_up_doubts_only_by_name(self):
        people = ["ann@example.org", "later@example.org", "doubt@example.org", "held@example.org",
                  {"email": "eve@example.org", "at": "09:00"}]
        server = self.peer(answer)
        instance = self.instance(people, server.port)
        instance.run("queue", "hold", "address=held@example.org")
        self.drain(instance)
        self.assertEqual(instance.states(),
                         {"sent": 1, "deferred": 1, "in_doubt": 1, "held": 1, "queued": 1})
        done = instance.json("queue", "cancel", "edition=1")
        self.assertEqual(done["by_state"], {"queued": 1, "deferred": 1, "held": 1})
        self.assertEqual(done["passed_over_by_state"], {"sent": 1, "in_doubt": 1})
        self.assertIn("say state=in_doubt", instance.run("queue", "cancel", "edition=1").stdout)
        self.assertEqual(instance.json("queue", "cancel", "state!=sent")["changed"], 0)
        rows = instance.queue("state=cancelled")
        self.assertEqual({row["reason"] for row in rows.values()}, {"admin"})
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            self.assertEqual(store.execute("SELECT DISTINCT next FROM message WHERE state = 12")
                             .fetchall(), [(None,)])
        self.assertEqual(instance.json("queue", "cancel", "state=in_doubt")["by_state"],
                         {"in_doubt": 1})
        server.answer = lambda *_: None
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann"])

    def test_a_cancelled_edition_ends_and_stays_ended(self):
        server = self.peer(answer)
        instance = self.instance(["later@example.org", {"email": "eve@example.org", "at": "09:00"},
                                  "held@example.org"], server.port)
        instance.run("queue", "hold", "address=held@example.org")
        self.drain(instance)
        done = instance.json("edition", "cancel", DATE)
        self.assertEqual(done["by_state"], {"queued": 1, "deferred": 1, "held": 1})
        self.assertEqual(instance.json("edition", "show", "1")["phase"], "cancelled")
        again = instance.json("edition", "cancel", "1")
        self.assertEqual((again["changed"], again["edition_changed"]), (0, False))
        self.refused(instance, 1, "edition", "hold", "1")
        self.refused(instance, 1, "edition", "release", "1")
        server.answer = lambda *_: None
        self.drain(instance, now=NOON)
        self.assertEqual(server.mails, [])

    def test_what_a_sender_puts_back_into_a_cancelled_edition_is_not_sent(self):
        server = self.peer()
        instance = self.instance(["ann@example.org"], server.port)
        instance.run("edition", "cancel", "1")
        with sqlite3.connect(instance.dir / "queue" / "tidings.db") as store:
            store.execute("UPDATE message SET state = 0, next = due")
        instance.run("send", "--drain")
        self.assertEqual(server.sessions, [])
        self.assertEqual(instance.states(), {"cancelled": 1})


class Retry(Case):
    def test_failed_messages_go_again_and_deferred_ones_at_once(self):
        instance, server = self.sent(["ann@example.org", "later@example.org", "fails@example.org"])
        self.assertEqual(instance.states(), {"sent": 1, "deferred": 1, "failed": 1})
        server.answer = lambda *_: None
        done = instance.json("queue", "retry", "--all", now=f"{DATE}T07:01:00Z")
        self.assertEqual(done["by_state"], {"deferred": 1, "failed": 1})
        rows = instance.queue("state!=sent")
        self.assertEqual({who.split("@")[0]: (row["state"], row["reason"], row["next"])
                          for who, row in rows.items()},
                         {"later": ("deferred", "try_later", f"{DATE}T07:01:00Z"),
                          "fails": ("queued", "admin", f"{DATE}T07:01:00Z")})
        self.drain(instance, now=f"{DATE}T07:01:10Z")
        self.assertEqual(self.received(server), ["ann", "fails", "later"])

    def test_past_the_deadline_is_a_no_with_a_count(self):
        instance, server = self.sent(["later@example.org", "fails@example.org"])
        before = instance.queue()
        done = self.refused(instance, 1, "queue", "retry", "--all", now=LATE)
        self.assertIn("2 messages are past their deadline", done.stderr)
        self.assertEqual(instance.queue(), before)
        in_time = instance.json("queue", "retry", "--all", now=f"{DATE}T16:59:00Z")
        self.assertEqual(in_time["changed"], 2)

    def test_a_message_of_a_cancelled_edition_is_not_queued_again(self):
        instance, _ = self.sent(["fails@example.org"])
        instance.run("edition", "cancel", "1")
        self.refused(instance, 1, "queue", "retry", "--all")
        self.assertEqual(instance.states(), {"failed": 1})

    def test_what_was_sent_is_never_sent_again(self):
        instance, server = self.sent(["ann@example.org"])
        for act in ("hold", "release", "retry", "cancel"):
            self.assertEqual(instance.json("queue", act, "--all")["changed"], 0)
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann"])


class Settle(Case):
    def doubts(self):
        """One in doubt, one sent; the mail that nobody knows about is in self.lost."""
        self.lost = []

        def drop(stage, words, session):
            if stage == "DOT" and b"\r\nTo: doubt" in b"\r\n" + words:
                self.lost.append(words)
                return peer.DROP
            return None

        instance, server = self.sent(["ann@example.org", "doubt@example.org"], drop)
        self.assertEqual(instance.states(), {"sent": 1, "in_doubt": 1})
        server.answer = lambda *_: None
        return instance, server

    def test_sent(self):
        instance, server = self.doubts()
        done = instance.json("queue", "settle", "edition=1", "--sent")
        self.assertEqual((done["by_state"], done["passed_over_by_state"]),
                         ({"in_doubt": 1}, {"sent": 1}))
        row = instance.queue()["doubt@example.org"]
        self.assertEqual((row["state"], row["reason"], row["next"]), ("sent", "admin", None))
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann"])

    def test_cancel(self):
        instance, server = self.doubts()
        instance.run("queue", "settle", "state=in_doubt", "--cancel")
        self.assertEqual(instance.states(), {"sent": 1, "cancelled": 1})
        self.drain(instance, now=NOON)
        self.assertEqual(self.received(server), ["ann"])

    def test_resend_is_the_same_mail_again(self):
        instance, server = self.doubts()
        instance.run("queue", "settle", "state=in_doubt", "--resend", now=f"{DATE}T08:00:00Z")
        self.assertEqual(instance.states(), {"sent": 1, "queued": 1})
        self.drain(instance, now=f"{DATE}T08:00:10Z")
        self.assertEqual(self.received(server), ["ann", "doubt"])
        (again,) = (mail[2] for mail in server.mails if mail[1].startswith("doubt"))
        self.assertEqual(message_id(again), message_id(self.lost[0]))

    def test_resend_past_the_deadline_is_a_no_and_the_doubt_stays(self):
        instance, _ = self.doubts()
        self.refused(instance, 1, "queue", "settle", "state=in_doubt", "--resend", now=LATE)
        self.assertEqual(instance.states(), {"sent": 1, "in_doubt": 1})
        instance.run("queue", "settle", "state=in_doubt", "--sent", now=LATE)

    def test_release_and_retry_never_touch_a_doubt(self):
        instance, _ = self.doubts()
        for act in ("release", "retry", "hold"):
            self.assertEqual(instance.json("queue", act, "state=in_doubt")["changed"], 0)
        self.assertIn("queue settle decides these",
                      instance.run("queue", "release", "state=in_doubt").stdout)
        self.assertEqual(instance.states(), {"sent": 1, "in_doubt": 1})


class Many(Case):
    """More messages than one statement or one transaction takes."""

    COUNT = 400_000 if tidings.FULL else 150_000

    def test_moved_in_several_transactions_and_a_crash_between_them_loses_none(self):
        instance = self.enterContext(tidings.Instance(9, now=SEVEN))
        people = instance.dir / "people.txt"
        people.write_text("".join(f"p{number}@d{number % 2}.example\n"
                                  for number in range(self.COUNT)))
        instance.run("subscriber", "import", people, "--newsletter", "daily", "--confirmed",
                     "--source", "test")
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DATE)
        half = self.COUNT // 2
        done = instance.json("queue", "hold", "domain=d1.example")
        self.assertEqual((done["by_state"], done["passed_over"]), ({"queued": half}, 0))
        self.assertEqual(instance.states(), {"queued": half, "held": half})
        crash = dict(os.environ, TIDINGS_CRASH_AT="2")
        self.refused(instance, 99, "queue", "cancel", "--all", env=crash)
        cancelled = instance.states()["cancelled"]
        self.assertTrue(0 < cancelled < self.COUNT, cancelled)
        self.assertEqual(sum(rows for _, action, _, rows in self.audit(instance)
                             if action == "queue cancel"), cancelled)
        self.assertEqual(instance.json("queue", "cancel", "--all")["changed"],
                         self.COUNT - cancelled)
        self.assertEqual(instance.states(), {"cancelled": self.COUNT})


if __name__ == "__main__":
    unittest.main()
