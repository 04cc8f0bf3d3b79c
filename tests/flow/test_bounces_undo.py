"""Judgement on many together, and taking it back: a domain that fails as a whole, a wave that says we are
blocked, rules that change, and people."""

import re
import subprocess
import unittest

import returned
import sinks
import tidings
from bouncing import DATE, LATER, Case

RULES = tidings.SOURCE / "conf" / "bounce-rules.yaml"


class Outage(Case):
    people = [f"r{i}@broken.example" for i in range(30)] + [f"r{i}@well.example" for i in range(30)]

    def fail(self, people, now):
        for who in people:
            self.ingest(returned.report(self.verp[who], who), now)

    def suspended(self):
        return sorted(row["email"] for row in self.instance.json("subscriber", "list",
                                                                 "status=suspended"))

    def test_a_domain_that_fails_as_a_whole_is_not_judged_at_once(self):
        broken = self.people[:12]
        self.fail(broken[:9], LATER)
        self.assertEqual(self.suspended(), broken[:9])
        self.fail([*broken[9:], "r3@well.example"], f"{DATE}T07:20:00Z")
        self.assertEqual(self.suspended(), ["r3@well.example"])  # the nine are taken back
        self.assertEqual(len(self.bounces("result=waiting")), 12)
        events = self.instance.json("subscriber", "show", broken[0])["consent"]
        self.assertEqual([line["how"] for line in events[-2:]], ["bounce", "outage"])
        # The domain is well again three days later, but for two.
        self.send("2026-11-23")
        self.assertIn(broken[0], self.verp)
        gone = broken[:2]
        self.fail(gone, "2026-11-23T07:05:00Z")
        self.assertEqual(self.suspended(), [*gone, "r3@well.example"])
        self.ingest(returned.answer("bounce@news.example", "x@y.example"), "2026-11-23T09:00:00Z")
        self.assertEqual(len(self.bounces("result=cleared")), 10)
        self.assertEqual(self.suspended(), [*gone, "r3@well.example"])

    def test_one_that_stays_broken_is_judged_in_the_end(self):
        broken = self.people[:12]
        self.fail(broken, LATER)
        self.assertEqual(self.suspended(), [])
        self.ingest(returned.answer("bounce@news.example", "x@y.example"), "2026-11-22T09:00:00Z")
        self.assertEqual(self.suspended(), [])
        self.ingest(returned.answer("bounce@news.example", "x@y.example"), "2026-11-23T09:00:00Z")
        self.assertEqual(self.suspended(), sorted(broken))

    def test_few_of_a_domain_or_a_small_share_are_judged_at_once(self):
        self.fail(self.people[:9], LATER)
        self.assertEqual(len(self.suspended()), 9)
        self.fail(self.people[9:14], "2026-11-20T08:30:00Z")  # another hour
        self.assertEqual(len(self.suspended()), 14)

    def test_who_is_not_mailed_is_no_part_of_a_domain(self):
        self.instance.subscribe([{"email": f"left{i}@broken.example"} for i in range(60)])
        for number in range(60):
            self.instance.run("unsubscribe", f"left{number}@broken.example")
        self.fail(self.people[:12], LATER)
        self.assertEqual(self.suspended(), [])


class Blocked(Case):
    people = [f"r{i}@example.org" for i in range(30)]

    BLOCKED = ("5.7.1", "550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example")

    def held(self, mails):
        for mail in mails:
            self.ingest(mail)
        return [row["slug"] for row in self.instance.json("edition", "list") if row["held"]]

    def test_one_reader_alone_holds_no_edition(self):
        me, others = self.people[0], self.people[1:]
        self.assertEqual(self.held(returned.report(self.verp[me], me, *self.BLOCKED)
                                   for _ in range(21)), [])
        self.assertEqual(self.held(returned.report(self.verp[me], who, *self.BLOCKED)
                                   for who in others), [])
        self.assertEqual(self.held(returned.report(self.verp[who], who, *self.BLOCKED)
                                   for who in others[:18]), [])
        self.assertEqual(self.held([returned.report(self.verp[others[18]], others[18],
                                                    *self.BLOCKED)]), [DATE])

    def test_strangers_who_signed_up_hold_up_no_confirmations(self):
        strangers = [f"s{i}@stranger.example" for i in range(21)]
        for who in strangers:
            self.instance.run("subscribe", who, "--newsletter", "daily")
        before = len(self.sink.mails)
        self.instance.run("send", "--drain")
        verp = {mail.recipients[0]: mail.sender for mail in self.sink.mails[before:]}
        for who in strangers:
            self.ingest(returned.report(verp[who], who, *self.BLOCKED))
        self.assertEqual(len(self.bounces("result=nothing")), 21)
        self.assertEqual([row["slug"] for row in self.instance.json("edition", "list", "--notices")
                          if row["held"]], [])

    def test_a_wave_of_blocks_holds_the_edition_and_suspends_nobody(self):
        self.instance.configure("# operator: desk@news.example", "operator: operator@news.example")
        spare = self.enterContext(sinks.PySink())  # the mail goes by another relay than the list did
        self.instance.configure("    # sessions: 20\n", "  - name: spare\n    weight: 0\n"
                                f"    url: smtp://127.0.0.1:{spare.port}\n")
        held = []
        for who in self.people:
            done = self.instance.run(
                "bounce", "ingest", now=LATER,
                input=returned.report(self.verp[who], who, "5.7.1", "550 5.7.1 Service unavailable; "
                                      "Client host [192.0.2.1] blocked using bl.example").decode())
            held += [line for line in done.stderr.splitlines() if "event=blocked" in line]
        self.assertEqual(len(held), 1, held)
        before = len(self.sink.mails)
        self.instance.run("send", "--drain", now=LATER, check=False)
        self.assertEqual(self.sink.mails[before:], [])
        told, = spare.mails
        self.assertEqual(told.recipients, ["operator@news.example"])
        self.assertIn(b"Subject: The Daily Briefing: held, we are blocked", told.content)
        edition = next(row for row in self.instance.json("edition", "list") if row["slug"] == DATE)
        self.assertTrue(edition["held"])
        self.assertIn("20 bounces say that we are blocked", edition["held_why"])
        self.assertIn("5.7.1", edition["held_why"])
        self.assertEqual(self.instance.json("subscriber", "list", "status=suspended"), [])


class Replay(Case):
    people = [f"r{i}@example.org" for i in range(6)]

    def rules(self, *, version, means):
        """An instance's own rules: ours, and before them what these made-up words mean."""
        text = re.sub(r"(?m)^version: \d+$", f"version: {version}", RULES.read_text(), count=1)
        new = ("meanings:\n  - name: made-up\n    about: this test\n    from: [vendor]\n"
               f"    means: {means}\n    words: [the flurble is zorbed]\n")
        (self.instance.dir / "conf" / "bounce-rules.yaml").write_text(
            text.replace("meanings:\n", new, 1))

    def replay(self, *options):
        return self.instance.json("bounce", "replay", *options, now=f"{DATE}T09:00:00Z")

    def setUp(self):
        super().setUp()
        self.rules(version=7, means="content")
        zorbed = "550 5.0.0 the flurble is zorbed"
        for who in ("r1@example.org", "r2@example.org"):
            self.assertEqual(self.ingest(returned.report(self.verp[who], who, "5.0.0", zorbed)),
                             {"nothing": 1})
        self.ingest(returned.report(self.verp["r3@example.org"], "r3@example.org"))

    def test_other_rules_judge_otherwise_and_a_second_replay_changes_nothing(self):
        self.assertEqual((self.replay()["verdicts"], self.replay()["people"]), ([], []))
        self.rules(version=8, means="address")
        before = self.bounces()
        planned = self.replay("--dry-run")
        self.assertEqual([(change["from"]["kind"], change["to"]["kind"], change["to"]["result"])
                          for change in planned["verdicts"]], [("soft", "hard", "counted")] * 2)
        self.assertEqual([(who["address"], who["action"]) for who in planned["people"]],
                         [("r1@example.org", "suspend"), ("r2@example.org", "suspend")])
        self.assertEqual(self.bounces(), before)
        self.assert_untouched("r1@example.org", "r2@example.org")
        done = self.replay()
        self.assertEqual((done["verdicts"], done["people"]), (planned["verdicts"], planned["people"]))
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")
        self.assertEqual(self.standing("r2@example.org")[0], "suspended")
        again = self.replay()
        self.assertEqual((again["verdicts"], again["people"]), ([], []))
        shown = self.instance.json("bounce", "show", str(before[0]["id"]))
        self.assertEqual((shown["rules"], shown["rule"]), ("8", "made-up"))

    def test_it_reinstates_whom_the_new_rules_would_not_suspend(self):
        self.rules(version=8, means="address")
        self.replay()
        self.rules(version=9, means="content")
        planned = self.replay("--dry-run")
        self.assertEqual({(who["address"], who["action"]) for who in planned["people"]},
                         {("r1@example.org", "reinstate"), ("r2@example.org", "reinstate")})
        self.replay()
        self.assert_untouched("r1@example.org", "r2@example.org")
        self.assertEqual(self.standing("r3@example.org")[0], "suspended")
        self.assertEqual(self.replay()["people"], [])
        self.rules(version=10, means="address")
        self.assertEqual(len(self.replay()["people"]), 2)  # and back: a replay forgives nothing

    def form(self, *, version, gives):
        """And how a notice looks that is no report."""
        self.rules(version=version, means="content")
        path = self.instance.dir / "conf" / "bounce-rules.yaml"
        new = ("forms:\n  - name: made-up-form\n    about: this test\n    from: [vendor]\n"
               f"    words: [the flurble is zorbed]\n    gives: {gives}\n")
        path.write_text(path.read_text().replace("\nforms:\n", "\n" + new, 1))

    def test_the_message_follows_its_verdict(self):
        once, twice = "r4@example.org", "r5@example.org"

        def states():
            queue = self.instance.queue()
            return [queue[who]["state"] for who in (once, twice, "r3@example.org")]
        self.form(version=8, gives="failure")
        for who in (once, twice):
            self.ingest(f"Return-Path: <>\nDelivered-To: {self.verp[who]}\nFrom: mx@far.example\n"
                        f"Subject: your mail\n\nThe flurble is zorbed.\n\n<{who}>\n".encode())
        self.ingest(returned.report(self.verp[twice], twice, "5.2.2", "552 5.2.2 mailbox full"))
        self.assertEqual(states(), ["bounced"] * 3)
        self.form(version=9, gives="automatic")
        self.assertEqual(len(self.replay("--dry-run")["verdicts"]), 2)
        self.assertEqual(states(), ["bounced"] * 3)
        self.replay()
        self.assertEqual(states(), ["sent", "bounced", "bounced"])
        self.assertEqual(self.replay()["verdicts"], [])
        self.form(version=10, gives="failure")
        self.replay()
        self.assertEqual(states(), ["bounced"] * 3)

    def test_other_limits_change_people_and_no_verdicts(self):
        self.instance.configure("# bounce:\n#   accept_for: 30d", "bounce:\n  hard: 2")
        done = self.replay()
        self.assertEqual(done["verdicts"], [])
        self.assertEqual([(who["address"], who["action"]) for who in done["people"]],
                         [("r3@example.org", "reinstate")])
        self.assert_untouched("r3@example.org")

    def test_crashes_in_it_are_made_good_by_the_next(self):
        self.rules(version=8, means="address")
        crashed = tidings.run(["-C", self.instance.dir, "bounce", "replay"], check=False,
                              now=f"{DATE}T09:00:00Z",
                              env={**tidings.os.environ, "TIDINGS_CRASH_AT": "1"})
        self.assertEqual(crashed.returncode, 99)
        self.assert_untouched("r1@example.org", "r2@example.org")
        self.replay()
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")

    def test_what_is_not_kept_any_more_stands_as_it_was_judged(self):
        path = self.instance.dir / "queue" / "tidings.db"
        tidings.need("sqlite3")
        subprocess.run(["sqlite3", path, "UPDATE bounce SET raw = NULL"], check=True)
        self.rules(version=8, means="address")
        self.assertEqual(self.replay()["read"], 0)
        self.assert_untouched("r1@example.org", "r2@example.org")

    def test_a_fault_in_the_rules_is_named_with_its_line(self):
        path = self.instance.dir / "conf" / "bounce-rules.yaml"
        path.write_text("version: x\n")
        done = self.instance.run("bounce", "replay", check=False)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("bounce-rules.yaml:1", done.stderr)


class Reinstating(Case):
    people = ["r1@example.org", "r2@example.org", "r3@far.example", "r4@far.example"]

    def setUp(self):
        super().setUp()
        for who in self.people[:3]:
            self.ingest(returned.report(self.verp[who], who))
        self.ingest(returned.complaint("abuse@news.example", self.people[3], self.verp[self.people[3]]))

    def reinstate(self, *words, check=True):
        return self.instance.run("subscriber", "reinstate", *words, "--json", check=check,
                                 now=f"{DATE}T09:00:00Z")

    def suspended(self):
        return [row["email"] for row in self.instance.json("subscriber", "list", "status=suspended")]

    def test_one_person_by_name_and_what_came_back_counts_no_more(self):
        self.reinstate("r1@example.org", "--reason", "typo at their provider, mended")
        self.assert_untouched("r1@example.org")
        last = self.instance.json("subscriber", "show", "r1@example.org")["consent"][-1]
        self.assertEqual((last["event"], last["how"], last["source"]),
                         ("reinstated", "command", "typo at their provider, mended"))
        self.assertEqual(self.bounces("address=r1@example.org")[0]["result"], "lifted")
        self.assertEqual(self.instance.json("bounce", "replay")["people"], [])
        self.send("2026-11-23")
        self.assertEqual(list(self.verp), ["r1@example.org"])
        self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"),
                    "2026-11-23T08:00:00Z")  # and is counted anew
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")

    def test_by_selector_all_but_who_complained(self):
        planned = tidings.json.loads(self.reinstate("domain=far.example", "--dry-run").stdout)
        self.assertEqual(planned["people"], [{"email": "r3@far.example", "result": "reinstated"}])
        self.assertEqual(len(self.suspended()), 4)
        self.reinstate("domain=far.example")
        self.assertEqual(self.suspended(), ["r1@example.org", "r2@example.org", "r4@far.example"])
        self.reinstate("--all")
        self.assertEqual(self.suspended(), ["r4@far.example"])
        self.reinstate("kind=complaint")
        self.assertEqual(self.suspended(), [])

    def test_who_never_confirmed_is_not_made_a_subscriber(self):
        self.instance.run("subscribe", "new@example.org", "--newsletter", "daily")
        self.reinstate("new@example.org")
        self.assertEqual(self.standing("new@example.org")[0], "pending")

    def test_nobody_is_meant_by_nothing(self):
        for words in ((), ("nobody@example.org",), ("r1@example.org", "domain=far.example"),
                      ("--all", "r1@example.org"), ("colour=red",)):
            self.assertIn(self.reinstate(*words, check=False).returncode, (64, 66), words)
        self.assertEqual(len(self.suspended()), 4)


class Retention(Case):
    def test_mails_are_forgotten_and_what_suspends_somebody_is_not(self):
        self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"))
        self.ingest(returned.vacation(self.verp["r2@example.org"], "r2@example.org"))
        soon, late = "2027-01-20T09:00:00Z", "2027-03-01T09:00:00Z"
        done = self.instance.json("db", "compact", now=soon)
        self.assertEqual((done["bounce_mails"], done["bounces"]), (0, 0))
        planned = self.instance.json("db", "compact", "--dry-run", now=late)
        self.assertEqual((planned["bounce_mails"], planned["bounces"]), (2, 1))
        self.assertEqual(len(self.bounces()), 2)
        done = self.instance.json("db", "compact", now=late)
        self.assertEqual((done["bounce_mails"], done["bounces"]), (2, 1))
        bounce, = self.bounces()
        self.assertEqual((bounce["address"], bounce["suspended"]), ("r1@example.org", "yes"))
        self.assertIn("not kept", self.instance.json("bounce", "show", str(bounce["id"]))["mail"])
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "address"))


if __name__ == "__main__":
    unittest.main()
