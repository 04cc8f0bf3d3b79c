"""A weekly newsletter that gathers what the week brought: leads, and sections by topic."""

import unittest

import mails
import sinks
import tidings

WEEK = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
SATURDAY = "2026-11-21"


def briefing(day):
    return (f"The lead of {day} says *this*, [with a link](https://x.example/{day}?a=1&b=2).\n\n"
            f"It goes on, but not in the weekly.\n\n"
            f"## Money on {day} {{.finance}}\n\nThe budget of {day}: 1,000 < 2,000 & so on.\n\n"
            f"## Wards on {day} {{.quality .workforce}}\n\n- One\n- Two of {day}\n\n"
            f"## Also today\n\nNot in the weekly.\n")


class Weekly(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(
            tidings.Instance(self.sink.port, now="2026-11-16T05:00:00Z"))
        self.instance.subscribe([{"email": "d@example.org"}])
        self.instance.subscribe([
            {"email": "all@example.org"}, {"email": "money@example.org", "topics": "finance"},
            {"email": "staff@example.org", "topics": "workforce"},
            {"email": "none@example.org", "topics": "technology"}], "weekly")
        self.instance.run("schedule", "run")

    def run_week(self, skip=()):
        for day in WEEK:
            if day not in skip:
                self.instance.briefing("daily", f"{day}.md", briefing(day))
            self.instance.run("schedule", "run", now=f"{day}T06:31:00Z")

    def saturday(self):
        rows = self.instance.json("schedule", "run", now=f"{SATURDAY}T06:31:00Z")
        return [row["deed"] for row in rows if row["newsletter"] == "weekly"]

    def mails(self):
        """{reader: text of the weekly}"""
        self.instance.run("send", "--drain", "--json", now=f"{SATURDAY}T07:00:01Z", check=False)
        found = {}
        for mail in self.sink.mails:
            decoded = mails.decode(mail.content)
            if b"weekly@" in decoded["From"].encode():
                found[mail.recipients[0]] = mails.text_area(decoded)
        return found

    def test_leads_and_sections_by_topic(self):
        self.run_week()
        self.assertEqual(self.saturday(), ["assembled"])
        text = self.mails()
        self.assertEqual(set(text), {f"{who}@example.org" for who in ("all", "money", "staff", "none")})
        everything = text["all@example.org"]
        marks = ([f"The lead of {day}" for day in WEEK] + [f"Money on {day}" for day in WEEK] +
                 [f"Wards on {day}" for day in WEEK])
        places = [everything.index(mark) for mark in marks]
        self.assertEqual(places, sorted(places))  # finance stands before workforce and quality
        self.assertNotIn("Not in the weekly", everything.replace("\n", " "))
        self.assertIn("1,000 < 2,000 & so on.", " ".join(everything.split()))
        self.assertIn("Money on 2026-11-18", text["money@example.org"])
        self.assertNotIn("Wards on", text["money@example.org"])
        self.assertIn("Wards on 2026-11-18", text["staff@example.org"])
        self.assertNotIn("Money on", text["staff@example.org"])
        self.assertIn("The lead of", text["none@example.org"])  # leads are for everyone

    def test_what_was_cancelled_or_did_not_come_is_not_in_it(self):
        self.run_week(skip=[WEEK[1]])
        first = self.instance.json("edition", "list")[-1]
        self.instance.run("edition", "cancel", str(first["edition"]))
        self.assertEqual(self.saturday(), ["assembled"])
        text = self.mails()["all@example.org"]
        self.assertNotIn(WEEK[0], text)
        self.assertNotIn(WEEK[1], text)
        self.assertIn(WEEK[2], text)

    def test_what_a_correction_says_again_is_taken_from_it(self):
        self.run_week()
        self.instance.run("send", "--drain", now=f"{WEEK[4]}T07:00:01Z", check=False)
        day = WEEK[4]
        self.instance.briefing("daily", f"{day}-correction.md",
                               briefing(day).replace("The lead", "The lead mended").replace(
                                   "1,000", "1,001"))
        self.instance.run("edition", "assemble", "daily", "--correction-of", day,
                          now=f"{day}T09:00:00Z")
        self.instance.briefing("daily", f"{day}-again.md",
                               f"We were wrong once more.\n\n## Money on {day} {{.finance}}\n\nIt is 1,002.\n")
        self.instance.run("edition", "assemble", "daily", "--correction-of", day, "--name", "again",
                          now=f"{day}T10:00:00Z")
        self.assertEqual(self.saturday(), ["assembled"])
        text = self.mails()["all@example.org"]
        self.assertNotIn(f"The lead of {day}", text)
        self.assertEqual(text.count(f"Money on {day}"), 1)
        self.assertIn("It is 1,002.", text)
        self.assertEqual(text.count(f"Wards on {day}"), 1)
        for mark in (f"The lead mended of {day}", "We were wrong once more", f"The lead of {WEEK[3]}",
                     f"Wards on {WEEK[3]}"):
            self.assertIn(mark, text)

    def test_the_editors_own_file_goes_before(self):
        self.run_week()
        self.instance.briefing("weekly", f"{SATURDAY}.md", "What the editor thinks of the week.\n")
        self.assertEqual(self.saturday(), ["assembled"])
        text = self.mails()["all@example.org"]
        self.assertIn("What the editor thinks", text)
        self.assertNotIn("The lead of", text)

    def test_a_week_of_nothing_is_skipped(self):
        self.assertEqual(self.saturday(), ["waiting"])
        rows = self.instance.json("schedule", "run", now=f"{SATURDAY}T07:00:00Z")
        weekly, = [row for row in rows if row["newsletter"] == "weekly"]
        self.assertEqual(weekly["deed"], "skipped")
        self.assertIn("daily had no issue", weekly["reason"])

    def test_it_can_be_looked_at_before(self):
        self.run_week()
        out = self.instance.dir / "look"
        self.instance.run("brief", "preview", "weekly", "--date", SATURDAY, "--out", out,
                          now=f"{SATURDAY}T05:00:00Z")
        self.assertTrue(any("Money on 2026-11-18" in path.read_text(encoding="utf-8", errors="replace")
                            for path in out.rglob("*") if path.is_file()))

    def test_what_it_gathers_must_be_there(self):
        self.instance.configure("gathers: daily", "gathers: dayly")
        done = self.instance.run("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("newsletters[2].gathers", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
