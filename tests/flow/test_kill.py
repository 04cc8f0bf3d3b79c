"""SIGKILL in the middle of assembling and of sending, then the same commands again: everyone gets
exactly one mail, or is named in doubt."""

import os
import random
import re
import signal
import subprocess
import threading
import time
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
BRIEFING = """---
title: Killed
---
The lead is for everyone.

## Crews {.ambulances}

They wait.

## Money {.finance}

It is short.
"""
CHOICES = [{"topics": topics, "format": form}
           for topics in ("", "ambulances", "finance", "-finance") for form in ("html", "text")]
SEED = int(os.environ.get("TD_SEED") or random.SystemRandom().randrange(10**6))


def message_id(content):
    return re.search(rb"^Message-ID: (.*)\r$", content, re.M).group(1)


class Case(unittest.TestCase):
    def begin(self, people, answer=None, sessions=20):
        """A server and an instance with so many readers of eight kinds."""
        self.random = random.Random(SEED)
        self.server = self.enterContext(peer.Peer(answer))
        self.instance = self.enterContext(tidings.Instance(self.server.port, now=SEVEN))
        self.instance.configure("# sessions: 20", f"sessions: {sessions}")
        self.people = sorted(f"reader{number:05}@example.org" for number in range(people))
        self.instance.subscribe([{"email": who, **CHOICES[number % len(CHOICES)]}
                                 for number, who in enumerate(self.people)])

    def write(self, name):
        self.instance.briefing("daily", f"{DATE}-{name}.md", BRIEFING)
        return ("edition", "assemble", "daily", "--date", DATE, "--name", name)

    def run_on(self, *command, **more):
        return self.instance.run(*command, check=False, **more)

    def drain(self):
        """Sends until nothing more can be sent, as an operator who starts it again."""
        done = self.run_on("send", "--drain")
        self.assertIn(done.returncode, (0, 75), f"seed {SEED}: {done.stderr}")

    def check_one_each(self, edition, since=0):
        """Each reader has had this edition once, or is in doubt and had it at most once. since:
        how many mails the server had before. Returns the number in doubt."""
        came = [mail[1] for mail in self.server.mails[since:]]
        rows = self.instance.queue(f"edition={edition}")
        doubt = {who for who, row in rows.items() if row["state"] == "in_doubt"}
        self.assertEqual(sorted(rows), self.people)
        self.assertEqual({row["state"] for row in rows.values()} - {"sent", "in_doubt"}, set(),
                         f"seed {SEED}")
        self.assertEqual(len(came), len(set(came)), f"seed {SEED}: someone got it twice")
        lost = set(self.people) - set(came) - doubt
        self.assertEqual(lost, set(), f"seed {SEED}: lost; {self.evidence(rows, lost, since)}")
        return len(doubt)

    def evidence(self, rows, lost, since):
        """What ledger and server know of these readers, for whoever has to find out."""
        told = {who: self.instance.json("queue", "show", rows[who]["message"]) for who in lost}
        return [since, told, [(session.number, session.lines) for session in self.server.sessions
                              if any(who in line for who in lost for line in session.lines)]]


class Assemble(Case):
    def finish(self, command):
        """The same command again; the edition must be whole then. (To have all but finance is to
        have ambulances here: six variants.)"""
        made = self.instance.json(*command)
        self.assertEqual((made["messages"], made["variants"]), (len(self.people), 6),
                         f"seed {SEED}")
        self.assertEqual(self.instance.states(f"edition={made['edition']}"),
                         {"queued": len(self.people)})
        again = self.instance.json(*command)
        self.assertEqual(again, {**made, "existing": True})
        return made

    def test_killed_at_random_moments_it_goes_on_where_it_was(self):
        self.begin(20_000 if tidings.FULL else 6_000)
        started = time.monotonic()
        first = self.instance.json(*self.write("first"))
        takes = time.monotonic() - started
        self.instance.run("edition", "cancel", str(first["edition"]))
        unfinished = 0
        for round_ in range(15 if tidings.FULL else 6):
            command = self.write(f"round{round_}")
            process = self.instance.start(*command)
            try:
                process.communicate(timeout=self.random.uniform(0.1, 0.9) * takes)
            except subprocess.TimeoutExpired:  # the moment has come
                process.kill()
                process.communicate()
            self.assertEqual(self.touched_before_complete(), 0)
            made = self.finish(command)
            self.instance.run("edition", "cancel", str(made["edition"]))  # nothing else is to be sent
            unfinished += not made["existing"]
        self.assertGreater(unfinished, 0, "no kill came in time")

    def touched_before_complete(self):
        """How many messages of an edition whose fan-out is not complete a sender touched. It comes
        two days late: what it might claim would expire, which is faster than to deliver it."""
        building = [row["edition"] for row in self.instance.json("edition", "list")
                    if row["phase"] == "building"]
        if building:
            self.instance.run("send", "--drain", now="2026-11-22T07:00:00Z")
        return sum(count for edition in building
                   for state, count in self.instance.states(f"edition={edition}").items()
                   if state != "queued")

    def test_ended_at_each_commit_it_goes_on_where_it_was(self):
        self.begin(16)
        commits = 0
        for number in range(1, 100):
            command = self.write(f"commit{number}")
            done = self.run_on(*command, env={**os.environ, "TIDINGS_CRASH_AT": str(number)})
            if done.returncode == 0:
                break
            commits += 1
            with self.subTest(commit=number):
                self.finish(command)
        self.assertEqual(commits, 11)  # newsletter, edition, 6 variants, choices, rows, opening
        before = len(self.server.mails)
        self.drain()
        came = [mail[1] for mail in self.server.mails[before:]]
        self.assertEqual(sorted(set(came)), self.people)
        self.assertEqual(len(came), len(self.people) * len(self.instance.json("edition", "list")))

    def test_what_was_frozen_is_sent_whatever_became_of_the_file(self):
        self.begin(8)
        command = self.write("frozen")
        self.run_on(*command, env={**os.environ, "TIDINGS_CRASH_AT": "5"})
        path = self.instance.dir / "briefings" / "daily" / f"{DATE}-frozen.md"
        path.write_text(BRIEFING.replace("everyone", "nobody"), encoding="utf-8")
        done = self.instance.run(*command)
        self.assertNotIn("existing", done.stdout)
        self.drain()
        self.assertEqual({b"for everyone" in mail[2] for mail in self.server.mails}, {True})


class Send(Case):
    def edition(self, name):
        return self.instance.json(*self.write(name))["edition"]

    def kill_at(self, moment):
        """Sends, and kills the sender when the server is asked the moment-th time."""
        process = None
        asked = 0
        lock = threading.Lock()
        started = threading.Event()

        def answer(*_):
            nonlocal asked
            started.wait(30)
            with lock:
                asked += 1
                if asked == moment:
                    process.send_signal(signal.SIGKILL)

        self.server.answer = answer
        process = self.instance.start("send", "--drain")
        started.set()
        process.communicate(timeout=60)
        self.server.hear_out()
        self.server.answer = lambda *_: None
        return process.returncode == -signal.SIGKILL

    def test_killed_at_random_moments_everyone_gets_one_or_is_in_doubt(self):
        self.begin(200 if tidings.FULL else 120)
        kills = doubts = 0
        for round_ in range(25 if tidings.FULL else 10):
            before = len(self.server.mails)
            edition = self.edition(f"round{round_}")
            for _ in range(self.random.randint(1, 3)):
                kills += self.kill_at(self.random.randint(1, 4 * len(self.people)))
            self.drain()
            doubts += self.check_one_each(edition, before)
        self.assertGreater(kills, 5)
        self.assertLessEqual(doubts, 20 * kills)  # at most what was on the wire

    def test_ended_at_each_commit_everyone_gets_one_or_is_in_doubt(self):
        self.begin(40 if tidings.FULL else 10, sessions=2)
        for number in range(1, 200):
            before = len(self.server.mails)
            edition = self.edition(f"commit{number}")
            done = self.run_on("send", "--drain",
                               env={**os.environ, "TIDINGS_CRASH_AT": str(number)})
            self.server.hear_out()
            self.drain()
            with self.subTest(commit=number):
                self.assertLessEqual(self.check_one_each(edition, before), 2)
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, "it never finishes")
        print(f"ended at each of {number - 1} commits")
        self.assertGreater(number, 12)

    def hold_dots(self, in_doubt):
        """Kills the sender while the server holds back its replies to 20 dots; those readers."""
        at_dot = []
        all_there, killed = threading.Event(), threading.Event()

        def hold(stage, words, session):
            if stage == "DOT":
                at_dot.append(re.search(rb"^To: (.*)\r$", words, re.M).group(1).decode())
                if len(at_dot) == 20:
                    all_there.set()
                killed.wait(60)
            return None

        self.begin(50, hold, sessions=22)  # 2 are kept for alerts
        self.instance.configure("# in_doubt: hold", f"in_doubt: {in_doubt}")
        self.edition("held")
        process = self.instance.start("send", "--drain")
        self.assertTrue(all_there.wait(60))
        process.kill()
        process.communicate()
        killed.set()
        self.server.hear_out()
        self.assertEqual(len(self.server.mails), 20)
        return sorted(at_dot)

    def test_killed_while_replies_are_held_back_exactly_those_are_in_doubt_and_stay(self):
        held = self.hold_dots("hold")
        self.drain()
        self.assertEqual(sorted(self.instance.queue("state=in_doubt")), held)
        self.assertEqual(self.check_one_each(1), 20)
        self.drain()
        self.assertEqual(self.check_one_each(1), 20)

    def test_under_the_policy_resend_those_get_the_same_mail_again(self):
        held = self.hold_dots("resend")
        first = {mail[1]: mail[2] for mail in self.server.mails}
        self.drain()
        self.assertEqual(self.instance.states(), {"sent": 50})
        again = {mail[1]: mail[2] for mail in self.server.mails[20:]}
        self.assertEqual(sorted(again), self.people)
        self.assertEqual({who: again[who] for who in held}, first)  # Message-ID, Date and all
        self.assertEqual(len({message_id(content) for content in again.values()}), 50)

    def test_what_a_killed_sender_had_only_claimed_goes_back_and_is_sent(self):
        self.begin(2)
        edition = self.edition("claimed")
        self.assertTrue(self.kill_at(3))  # at the banner, EHLO, MAIL
        self.assertIn("leased", self.instance.states())
        self.drain()
        self.assertEqual(self.check_one_each(edition), 0)
        self.assertEqual({row["tries"] for row in self.instance.queue().values()}, {1})


if __name__ == "__main__":
    unittest.main()
