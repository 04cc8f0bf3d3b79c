"""tidings queue list, show, stats: every selector, and what servers said."""

import json
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
HOSTILE = "550 5.7.1 \u001b[31mred\u001b[0m \u0007bell \x7f über"
PEOPLE = [{"email": "ann@one.example", "topics": "finance"},
          {"email": "bob@One.Example", "topics": "ambulances"},
          {"email": "cy@two.example"},
          {"email": "di@two.example", "topics": "-finance"},
          {"email": "eve@bücher.example", "topics": "workforce", "format": "text"},
          {"email": "off@two.example", "topics": "regulation"}]
BRIEFING = """## Crews {.ambulances}

They wait.

## Money {.finance}

It is short.

## People {.workforce}

They are few.
"""


def answer(stage, words, session):
    if stage == "RCPT" and "<ann@" in words:
        return HOSTILE
    if stage == "RCPT" and "<bob@" in words:
        return "451 4.2.0 later"
    return None


class Queue(unittest.TestCase):
    """Edition 1 (daily) was sent at seven, edition 2 (live) waits for five in the afternoon."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(peer.Peer(answer))
        cls.instance = cls.enterClassContext(tidings.Instance(cls.server.port, now=SEVEN))
        cls.instance.subscribe(PEOPLE)
        cls.instance.subscribe([{"email": "cy@two.example", "at": "17:00"}], "live")
        cls.instance.briefing("daily", f"{DATE}.md", BRIEFING)
        cls.instance.briefing("live", f"{DATE}.txt", "8.37am Something happened.\n")
        cls.instance.run("edition", "assemble", "daily", "--date", DATE)
        cls.instance.run("edition", "assemble", "live", "--date", DATE)
        cls.sent = cls.instance.run("send", "--drain", check=False)

    def messages(self, *selectors, **more):
        """"EDITION NAME" of each, in the order of the list; stats must count the same."""
        rows = self.instance.json("queue", "list", *selectors, **more)
        stats = self.instance.json("queue", "stats", *selectors, **more)
        counts = {}
        for row in rows:
            counts[row["state"]] = counts.get(row["state"], 0) + 1
        self.assertEqual({k: v for k, v in stats["states"].items() if v}, counts, selectors)
        return " ".join(f"{row['edition']}{row['address'].split('@')[0]}" for row in rows)

    def test_each_selector_selects(self):
        self.assertEqual(self.sent.returncode, 75, self.sent.stderr)
        everything = "1ann 1bob 1cy 1di 1eve 1off 2cy"
        for selectors, wanted in {
                (): everything,
                ("edition=1",): "1ann 1bob 1cy 1di 1eve 1off",
                ("edition=2",): "2cy",
                ("newsletter=live",): "2cy",
                ("newsletter=live", f"edition={DATE}"): "2cy",
                ("domain=one.example",): "1ann 1bob",
                ("domain=ONE.example",): "1ann 1bob",
                ("domain=xn--bcher-kva.example",): "1eve",
                ("domain=bücher.example",): "1eve",
                ("domain=none.example",): "",
                ("address=Cy@Two.example",): "1cy 2cy",
                ("state=sent",): "1cy 1di 1eve",
                ("state=sent,failed",): "1ann 1cy 1di 1eve",
                ("state!=sent",): "1ann 1bob 1off 2cy",
                ("state!=sent,queued",): "1ann 1bob 1off",
                ("state=sent", "state=failed"): "1ann 1cy 1di 1eve",
                ("state=sent,failed", "state!=sent"): "1ann",
                ("reason=no_section",): "1off",
                ("reason=policy,try_later",): "1ann 1bob",
                ("reason=policy", "reason=no_section"): "1ann 1off",
                ("relay=main",): "1ann 1bob 1cy 1di 1eve",
                ("relay=spare",): "",
                ("topic=finance",): "1ann 1cy 2cy",
                ("topic=ambulances",): "1bob 1cy 1di 2cy",
                ("topic=workforce", "edition=1"): "1cy 1di 1eve",
                ("state=sent", "domain=two.example", "newsletter=daily"): "1cy 1di",
        }.items():
            with self.subTest(selectors):
                self.assertEqual(self.messages(*selectors), wanted)

    def test_age_counts_from_when_it_was_first_due(self):
        now = f"{DATE}T09:00:00Z"
        self.assertEqual(self.messages("age>1h", "edition=1", "state=failed", now=now), "1ann")
        self.assertEqual(self.messages("age>119m", "edition=2", now=now), "")
        self.assertEqual(self.messages("age>3h", now=now), "")
        self.assertEqual(self.messages("age<3h", "state=deferred", now=now), "1bob")
        self.assertEqual(self.messages("age<1h", "edition=1", now=now), "")

    def test_limit_takes_the_first(self):
        rows = self.instance.json("queue", "list", "--limit", "2")
        self.assertEqual([row["message"] for row in rows], ["1-1", "1-2"])

    def test_a_selector_that_is_none_is_refused(self):
        for words, code in {("colour=red",): 64, ("sent",): 64, ("state=gone",): 64,
                            ("state=",): 64, ("state!=",): 64, ("state=sent,gone",): 64,
                            ("reason=because",): 64, ("reason=",): 64, ("age>soon",): 64,
                            ("age>",): 64, ("age=1h",): 64, ("domain=",): 64, ("address=x",): 66,
                            ("address=who@two.example",): 66, ("edition=9-9",): 66,
                            ("edition=0",): 66, ("newsletter=dayly",): 66, ("topic=fynance",): 64,
                            ("topic=",): 64, ("relay=",): 64, ("edition=",): 66,
                            (f"edition={DATE}",): 64, ("--limit", "0"): 64,
                            ("edition=1", "edition=2"): 64,
                            ("domain=two.example", "domain=one.example"): 64,
                            ("age>1m", "state=sent", "age>1h"): 64,
                            ("--limit", "x"): 64}.items():
            for command in ("list", "stats"):
                if command == "stats" and words[0] == "--limit":
                    continue
                with self.subTest(words, command=command):
                    done = self.instance.run("queue", command, *words, check=False)
                    self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
                    self.assertIn(words[-1] if code == 64 else words[0].split("=")[1],
                                  done.stderr)

    def test_show_tells_the_whole_of_one_message(self):
        shown = self.instance.json("queue", "show", "1-2")
        self.assertEqual({key: shown[key] for key in ("message", "newsletter", "slug", "address",
                                                      "state", "reason", "due", "deadline",
                                                      "tries")},
                         {"message": "1-2", "newsletter": "daily", "slug": DATE,
                          "address": "bob@One.Example", "state": "deferred",
                          "reason": "try_later", "due": SEVEN, "deadline": f"{DATE}T17:00:00Z",
                          "tries": 1})
        self.assertRegex(shown["next_try"], rf"^{DATE}T07:0[45]:")
        (attempt,) = shown["attempts"]
        self.assertEqual((attempt["stage"], attempt["relay"], attempt["reply"]),
                         ("rcpt", "main", "451 4.2.0 later"))
        text = self.instance.run("queue", "show", "1-2").stdout
        for words in ("bob@One.Example", "deferred", "try_later", "451 4.2.0 later"):
            self.assertIn(words, text)

    def test_show_refuses_what_is_no_message(self):
        for message, code in (("1-99", 66), ("9-1", 66), ("1", 64), ("x-y", 64), ("1-", 64),
                              ("01-1", 64), ("1-1 ", 64)):
            done = self.instance.run("queue", "show", message, check=False)
            self.assertEqual((done.returncode, done.stdout), (code, ""), message)

    def test_a_servers_control_characters_do_not_reach_the_terminal(self):
        for words in (("queue", "list"), ("queue", "show", "1-1"), ("edition", "show", "1")):
            out = self.instance.run(*words).stdout
            self.assertNotRegex(out, r"[\x00-\x09\x0b-\x1f\x7f]", words)
        self.assertNotRegex(self.sent.stderr, r"[\x00-\x09\x0b-\x1f\x7f]")
        self.assertIn("\\x1B[31mred\\x1B[0m \\x07bell \\x7F über",
                      self.instance.run("queue", "list", "state=failed").stdout)
        self.assertEqual(self.instance.queue()["ann@one.example"]["reply"], HOSTILE)  # verbatim

    def test_the_last_reply_is_that_of_the_last_attempt_whatever_the_clock_said(self):
        with peer.Peer(answer) as server, tidings.Instance(server.port, now=SEVEN) as instance:
            instance.subscribe(PEOPLE[:1])
            instance.briefing("daily", f"{DATE}.md", BRIEFING)
            instance.run("edition", "assemble", "daily", "--date", DATE)
            instance.run("send", "--drain", now=f"{DATE}T07:30:00Z")
            instance.run("queue", "retry", "state=failed", now=f"{DATE}T07:05:00Z")
            server.answer = lambda *_: None
            instance.run("send", "--drain", now=f"{DATE}T07:10:00Z")  # it was set back
            (row,) = instance.queue().values()
            self.assertEqual((row["state"], row["reply"]), ("sent", "250 2.0.0 queued"))
            self.assertEqual(len(instance.attempts("ann@one.example")), 2)

    def test_stats_for_people_has_a_line_for_each_state(self):
        out = self.instance.run("queue", "stats").stdout
        self.assertEqual({line.split()[0]: int(line.split()[1]) for line in out.splitlines()},
                         {"queued": 1, "sent": 3, "deferred": 1, "failed": 1, "skipped": 1,
                          "all": 7})

    def test_an_empty_queue_is_an_empty_list(self):
        with tidings.Instance(self.server.port) as fresh:
            self.assertEqual(fresh.json("queue", "list"), [])
            stats = fresh.json("queue", "stats")
            self.assertEqual((stats["states"], stats["messages"]), ({}, 0))
            self.assertEqual(json.loads(fresh.run("--json", "edition", "list").stdout), [])


if __name__ == "__main__":
    unittest.main()
