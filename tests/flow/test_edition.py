"""tidings edition assemble, list, show: what it takes, and what it says of what it does not."""

import contextlib
import json
import sqlite3
import unittest

import tidings

DATE = "2026-11-20"
SIX = f"{DATE}T06:00:00Z"
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"
NO_RELAY = 9


class Case(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(NO_RELAY, now=SIX))

    def readers(self, *rows):
        self.instance.subscribe([{"email": row} if isinstance(row, str) else row for row in rows])

    def assemble(self, *more, **options):
        words = ("daily", "--date", DATE) if not more else more
        return self.instance.json("edition", "assemble", *words, **options)

    def refused(self, exit_code, *words):
        """What it says when it refuses; nothing is stored then."""
        done = self.instance.run("edition", "assemble", *words, check=False)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.instance.json("edition", "list"), [])
        return done.stderr


class Refusals(Case):
    def test_a_newsletter_that_is_not_there(self):
        self.assertIn("dayly", self.refused(66, "dayly", "--date", DATE))

    def test_no_newsletter_or_two(self):
        self.refused(64)
        self.refused(64, "daily", "live")

    def test_a_date_that_is_none(self):
        for date in ("2026-13-01", "2026-02-30", "20.11.2026", "", "2026-11-20x"):
            self.assertIn("--date", self.refused(64, "daily", "--date", date), date)

    def test_a_source_that_is_not_there_is_named(self):
        said = self.refused(66, "daily", "--date", DATE)
        self.assertIn(f"briefings/daily/{DATE}.md", said)
        self.assertIn(f"{DATE}.txt", said)

    def test_two_sources_for_one_edition(self):
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.instance.briefing("daily", f"{DATE}.md", BRIEFING)
        said = self.refused(65, "daily", "--date", DATE)
        self.assertIn(f"{DATE}.md", said)
        self.assertIn(f"{DATE}.txt", said)

    def test_a_draft(self):
        self.instance.briefing("daily", f"{DATE}.md", f"---\ndraft: true\n---\n{BRIEFING}")
        self.assertIn("draft", self.refused(65, "daily", "--date", DATE))

    def test_an_empty_file(self):
        for text in ("", "\n\n  \n", "---\ntitle: Nothing\n---\n"):
            self.instance.briefing("daily", f"{DATE}.md", text)
            self.assertIn(f"{DATE}.md", self.refused(65, "daily", "--date", DATE), repr(text))

    def test_bytes_that_are_not_utf_8_are_told_with_their_line(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        path.write_bytes(b"What happened.\n\nA caf\xe9.\n")
        self.assertRegex(self.refused(65, "daily", "--date", DATE), rf"{DATE}\.txt:3: .*UTF-8")

    def test_front_matter_that_does_not_parse_is_told_with_its_line(self):
        self.instance.briefing("daily", f"{DATE}.md", "---\ntitle: A\nsubjekt: B\n---\nText.\n")
        self.assertRegex(self.refused(65, "daily", "--date", DATE), rf"{DATE}\.md:3: .*subjekt")

    def test_a_topic_that_the_newsletter_has_not(self):
        self.instance.briefing("daily", f"{DATE}.md", "Lead.\n\n## Heading {.fynance}\n\nText.\n")
        self.assertRegex(self.refused(65, "daily", "--date", DATE), rf"{DATE}\.md.*fynance")

    def test_warnings_name_the_file_before_an_error_too(self):
        path = self.instance.briefing(
            "daily", f"{DATE}.md", "It is <b>bold</b>.\n\n## Heading {.nosuch}\n\nWords.\n")
        said = self.refused(65, "daily", "--date", DATE)
        self.assertIn(f"{path}:1: warning: ", said)
        self.assertIn("nosuch", said)

    def test_a_name_with_a_path_in_it(self):
        for name in ("../x", "a/b", "A", "", "x" * 65):
            self.assertIn("--name", self.refused(64, "daily", "--date", DATE, "--name", name))


class Assemble(Case):
    def test_today_is_the_newsletters_today(self):
        self.instance.configure("zone: Europe/London\n    at: 07:00\n    valid_for: 10h",
                                "zone: Asia/Tokyo\n    at: 07:00\n    valid_for: 10h")
        self.instance.briefing("daily", "2026-11-21.txt", BRIEFING)
        made = self.assemble("daily", now=f"{DATE}T16:00:00Z")  # 01:00 of the next day there
        self.assertEqual((made["date"], made["released"]), ("2026-11-21", "2026-11-20T22:00:00Z"))

    def test_it_is_due_at_its_hour_or_now_when_that_has_passed(self):
        self.readers("ann@example.org")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.assemble()["released"], f"{DATE}T07:00:00Z")
        self.instance.briefing("daily", f"{DATE}-late.txt", BRIEFING)
        late = self.assemble("daily", "--date", DATE, "--name", "late", now=f"{DATE}T09:30:00Z")
        self.assertRegex(late["released"], rf"^{DATE}T09:30:0\d")
        self.assertEqual(late["slug"], f"{DATE}-late")
        due = sorted(row["due"] for row in self.instance.json("queue", "list"))
        self.assertEqual(due, [f"{DATE}T07:00:00Z", late["released"]])

    def test_readers_who_are_not_active_get_no_message(self):
        self.readers("ann@example.org", "left@example.org")
        self.instance.run("unsubscribe", "left@example.org")
        self.instance.run("subscribe", "pending@example.org", "--newsletter", "daily")
        self.instance.subscribe([{"email": "other@example.org"}], "live")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        edition = self.assemble()
        self.assertEqual(edition["messages"], 1)
        self.assertEqual(list(self.instance.queue(f"edition={edition['edition']}")),
                         ["ann@example.org"])

    def test_who_subscribes_after_it_is_complete_waits_for_the_next(self):
        self.readers("ann@example.org")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        made = self.assemble()
        self.readers("bob@example.org")
        self.assertEqual(self.assemble(), {**made, "existing": True})

    def test_a_file_changed_since_then_is_told_and_changes_nothing(self):
        self.readers("ann@example.org")
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        made = self.assemble()
        path.write_text(BRIEFING + "\nMore.\n", encoding="utf-8")
        done = self.instance.run("edition", "assemble", "daily", "--date", DATE, "--json")
        self.assertEqual(json.loads(done.stdout), {**made, "existing": True})
        self.assertIn("the source file has changed", done.stderr)
        path.unlink()
        self.assertEqual(self.assemble(), {**made, "existing": True})

    def test_two_at_once_make_one_edition(self):
        self.readers(*(f"reader{number}@example.org" for number in range(3000)))
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        both = [self.instance.start("edition", "assemble", "daily", "--date", DATE)
                for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=60)
            self.assertIn(process.returncode, (0, 75), err)  # 75: the other was first
        self.assertEqual(self.assemble()["messages"], 3000)
        self.assertEqual(self.instance.states(), {"queued": 3000})
        self.assertEqual(len(self.instance.json("edition", "list")), 1)

    def test_without_json_it_says_it_in_a_line(self):
        self.readers("ann@example.org")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        done = self.instance.run("edition", "assemble", "daily", "--date", DATE)
        self.assertEqual(done.stdout, f"edition 1, daily {DATE}: 1 messages in 1 variants, "
                                      "0 skipped\n")
        again = self.instance.run("edition", "assemble", "daily", "--date", DATE)
        self.assertIn("nothing changed", again.stdout)
        self.assertEqual(again.stderr, "")

    def test_the_same_source_and_date_give_the_same_bytes(self):
        stored = []
        for _ in range(2):
            with tidings.Instance(NO_RELAY, now=SIX) as instance:  # with keys of its own
                instance.subscribe([{"email": "ann@example.org"}])
                instance.briefing("daily", f"{DATE}.txt", BRIEFING)
                instance.run("edition", "assemble", "daily", "--date", DATE)
                with contextlib.closing(sqlite3.connect(instance.dir / "queue/tidings.db")) as db:
                    stored.append(db.execute("SELECT e.hash, v.body FROM edition e, variant v")
                                  .fetchall())
        self.assertEqual(len(stored[0]), 1)
        self.assertEqual(stored[0], stored[1])


class ListAndShow(Case):
    def setUp(self):
        super().setUp()
        self.readers("ann@example.org", {"email": "bob@example.org", "format": "text"},
                     {"email": "cy@example.org", "topics": "ambulances"})
        self.instance.briefing("daily", f"{DATE}.md",
                               "## Money {.finance}\n\nText.\n")
        self.made = self.assemble()

    def test_the_list_has_a_row_for_each_edition_newest_first(self):
        self.instance.briefing("daily", "2026-11-21.txt", BRIEFING)
        self.assemble("daily", "--date", "2026-11-21")
        newest, first = self.instance.json("edition", "list")
        self.assertEqual((newest["edition"], newest["slug"]), (2, "2026-11-21"))
        self.assertEqual({key: first[key] for key in ("newsletter", "phase", "messages",
                                                      "waiting", "sent", "released")},
                         {"newsletter": "daily", "phase": "open", "messages": 2, "waiting": 2,
                          "sent": 0, "released": f"{DATE}T07:00:00Z"})
        lines = self.instance.run("edition", "list").stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertRegex(lines[0], r"^EDITION +NEWSLETTER +SLUG")

    def test_show_has_states_and_variants(self):
        shown = self.instance.json("edition", "show", "1")
        self.assertEqual(shown["states"], {"queued": 2, "skipped": 1})
        self.assertEqual(sorted((variant["format"], variant["messages"])
                                for variant in shown["variants"]), [("html", 1), ("text", 1)])
        self.assertIn("2 queued 1 skipped", self.instance.run("edition", "show", "1").stdout)

    def test_show_refuses_what_is_no_edition(self):
        for edition, code in (("2", 66), ("0", 66), ("x", 66), ("", 66)):
            done = self.instance.run("edition", "show", edition, check=False)
            self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)


if __name__ == "__main__":
    unittest.main()
