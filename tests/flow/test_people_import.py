"""`tidings subscriber import`: what files give, what they are refused for, and who stays away."""

import csv
import json
import os
import pathlib
import re
import sqlite3
import stat
import subprocess
import tempfile
import unittest

import tidings

NOW = "2026-11-20T07:00:00Z"
CLOSED_PORT = 9


class Import(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(CLOSED_PORT, now=NOW))

    def file(self, content, name="people.csv"):
        path = self.instance.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take(self, content, *more, newsletter="daily", **options):
        """Imports the content as a file of confirmed people; the JSON."""
        words = ["--newsletter", newsletter] if newsletter else []
        return self.instance.json("subscriber", "import", self.file(content), *words,
                                  "--confirmed", "--source", "test", *more, **options)

    def counts(self, result):
        return {key: result[key] for key in ("added", "updated", "unchanged", "refused")
                if result[key]}

    def people(self, *selectors):
        return {row["email"]: row
                for row in self.instance.json("subscriber", "list", *selectors)}

    def refusals(self, result):
        """{line: (reason, record)} of the errors file."""
        with open(result["errors"], encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], ["line", "reason", "record"])
        return {int(line): (reason, record) for line, reason, record in rows[1:]}

    def database(self):
        return sqlite3.connect(f"file:{self.instance.dir}/queue/tidings.db?mode=ro", uri=True)

    def test_a_file_that_lies_only_where_one_stands_is_taken_and_said(self):
        words = ["subscriber", "import", "mine.csv", "--newsletter", "daily", "--confirmed",
                 "--source", "test"]
        with tempfile.TemporaryDirectory() as here:
            here = os.path.realpath(here)
            pathlib.Path(here, "mine.csv").write_text("email\nhere@example.org\n")
            done = self.instance.run(*words, cwd=here)
            self.assertIn(f"taking {here}/mine.csv", done.stderr)
            self.file("email\nthere@example.org\n", "mine.csv")
            done = self.instance.run(*words, cwd=here)
            self.assertNotIn("taking", done.stderr)
        self.assertEqual(set(self.people()), {"here@example.org", "there@example.org"})

    # ---- what files look like ----------------------------------------------------------------

    def test_a_spreadsheets_file_with_bom_crlf_and_quotes_is_taken_whole(self):
        result = self.take('\ufefftopics,email,name,format\r\n'
                           'finance;workforce,ann@example.org,"Lee, Ann ""A""",text\r\n'
                           ',,,\r\n'
                           '-quality,"bob@example.org",Bob,\r\n')
        self.assertEqual(self.counts(result), {"added": 2})
        self.assertEqual(result["rows"], 2)
        self.assertIsNone(result["errors"])
        people = self.people()
        ann, bob = people["ann@example.org"], people["bob@example.org"]
        self.assertEqual(ann["name"], 'Lee, Ann "A"')
        self.assertEqual((ann["topics"], ann["format"]), ("finance workforce", "text"))
        self.assertEqual((bob["topics"], bob["format"]), ("-quality", "html"))
        self.assertEqual({row["status"] for row in people.values()}, {"active"})

    def test_one_address_a_line_is_a_file_too(self):
        result = self.take("ann@example.org\n\n  bob@example.org  \r\nnobody\n")
        self.assertEqual(self.counts(result), {"added": 2, "refused": 1})
        self.assertEqual(self.refusals(result), {4: ("no @", "nobody")})

    def test_a_cell_may_run_over_lines_and_the_lines_after_it_keep_their_numbers(self):
        result = self.take('email,topics\n'
                           'ann@example.org,"finance\nworkforce"\n'
                           'bad\n'
                           'worse@,\n')
        self.assertEqual(sorted(self.refusals(result)), [2, 4, 5])
        result = self.take('name,email\n"two\nlines",ann@example.org\nBob,bob@example.org\n')
        self.assertEqual(self.refusals(result),
                         {2: ("control character in name", '"two\nlines",ann@example.org')})

    def test_every_bad_row_is_refused_with_line_and_reason_and_the_others_are_taken(self):
        result = self.take(b"email,name,topics,format,timezone,at\n"
                           b"ann@example.org,Ann,,,,\n"
                           b"two@@example.org,,,,,\n"
                           b"bob@example.org,Bob,cricket,,,\n"
                           b"bob@example.org,Bob,,pdf,,\n"
                           b"bob@example.org,Bob,,,Mars/Base,\n"
                           b"bob@example.org,Bob,,,,25:00\n"
                           b"bob@example.org,Bob\x1b[31m,,,,\n"
                           b"bob@example.org,B\xffb,,,,\n"
                           b"bob@example.org,Bob\n"
                           b'bob@example.org,"Bob"x,,,,\n'
                           b"bob@example.org,Bob,,,,\n")
        self.assertEqual(self.counts(result), {"added": 2, "refused": 9})
        reasons = {line: why for line, (why, _) in self.refusals(result).items()}
        expected = {3: "more than one @", 4: "cricket", 5: "format", 6: "Mars/Base",
                    7: "25:00", 8: "control character in name", 9: "name is not UTF-8",
                    10: "fewer cells", 11: "quotation mark"}
        self.assertEqual(sorted(reasons), sorted(expected))
        for line, part in expected.items():
            self.assertIn(part, reasons[line])
        self.assertNotIn(b"\x1b", pathlib.Path(result["errors"]).read_bytes())

    def test_a_bad_row_is_told_on_stderr_and_is_no_failure(self):
        done = self.instance.run("subscriber", "import", self.file("ann@example.org\nbad\n"),
                                 "--newsletter", "daily")
        self.assertIn("2 rows: 1 added", done.stdout)
        self.assertIn("1 row refused", done.stderr)
        self.assertIn("import-1.errors.csv", done.stderr)

    def test_the_errors_file_is_private_and_harmless_in_a_spreadsheet(self):
        result = self.take("email,name\n=cmd|calc@,x\n+1@,x\n-1@,x\n@sum,x\n,\tx\n")
        path = pathlib.Path(result["errors"])
        self.assertEqual(path.parent, self.instance.dir / "subscribers")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        refusals = self.refusals(result)
        self.assertEqual(len(refusals), 5)
        for reason, record in refusals.values():
            self.assertNotIn(record[0], "=+-@\t")
            self.assertNotIn(reason[0], "=+-@\t")
        self.assertEqual(refusals[2][1], "'=cmd|calc@,x")

    def test_a_file_that_is_wrong_as_a_whole_changes_nothing(self):
        for content, part in (("email;name\na@b.example;x\n", "semicolons"),
                              ("mail,name\na@b.example,x\n", '"mail"'),
                              ("name\nAnn\n", '"email"'),
                              ("email,email\n", "twice"),
                              ("Ann,a@b.example\n", "header"),
                              ("", "empty"),
                              (b"\xff\xfee\0m\0a\0i\0l\0", "UTF-16"),
                              (b"PK\x03\x04\0\0\x08", "column")):
            with self.subTest(content=content):
                done = self.instance.run("subscriber", "import", self.file(content),
                                         "--newsletter", "daily", check=False)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(part, done.stderr)
                self.assertIn("people.csv", done.stderr)
        self.assertEqual(self.people(), {})

    def test_a_file_that_is_not_there_or_none_gives_66(self):
        for path in ("nothing.csv", self.instance.dir):
            done = self.instance.run("subscriber", "import", path, "--newsletter", "daily",
                                     check=False)
            self.assertEqual(done.returncode, 66, done.stderr)

    def test_rows_can_come_from_standard_input(self):
        result = self.instance.json("subscriber", "import", "-", "--newsletter", "daily",
                                    input="ann@example.org\n")
        self.assertEqual(self.counts(result), {"added": 1})

    def test_a_row_may_name_its_newsletter_and_must_where_the_command_does_not(self):
        result = self.take("email,newsletter\nann@example.org,live\nann@example.org,daily\n"
                           "ann@example.org,\nann@example.org,monthly\n", newsletter=None)
        self.assertEqual(self.counts(result), {"added": 2, "refused": 2})
        self.assertEqual([row["newsletter"] for row in self.instance.json("subscriber", "list")],
                         ["live", "daily"])
        reasons = [why for why, _ in self.refusals(result).values()]
        self.assertEqual(reasons[0], "no newsletter is named")
        self.assertIn("monthly", reasons[1])

    # ---- who people are ----------------------------------------------------------------------

    def test_international_domains_are_matched_by_their_ascii_form_and_kept_as_typed(self):
        self.take("Jos\u00e9@m\u00fcnchen.example\nann@M\u00dcNCHEN.example\n")
        result = self.take("ann@xn--mnchen-3ya.example\n")
        self.assertEqual(self.counts(result), {"unchanged": 1})
        people = self.people("domain=m\u00fcnchen.example")
        self.assertEqual(sorted(people), ["Jos\u00e9@m\u00fcnchen.example",
                                          "ann@M\u00dcNCHEN.example"])
        with self.database() as db:
            self.assertEqual(db.execute("SELECT DISTINCT domain FROM subscriber").fetchall(),
                             [("xn--mnchen-3ya.example",)])

    def test_an_address_in_other_case_is_the_same_person_and_mail_goes_to_it_as_first_typed(self):
        self.take("Ann.Lee@Example.org\n")
        result = self.take("ann.lee@example.ORG\n")
        self.assertEqual(self.counts(result), {"unchanged": 1})
        self.assertEqual(list(self.people()), ["Ann.Lee@Example.org"])

    def test_of_two_rows_for_one_person_the_later_holds(self):
        result = self.take("email,name,topics\nann@example.org,Ann,finance\n"
                           "ANN@example.org,Ann Lee,workforce\n")
        self.assertEqual(self.counts(result), {"added": 1, "updated": 1})
        ann = self.people()["ann@example.org"]
        self.assertEqual((ann["name"], ann["topics"]), ("Ann Lee", "workforce"))

    # ---- what a second import changes --------------------------------------------------------

    def test_the_same_file_again_changes_nothing(self):
        content = ("email,name,newsletter,topics,format,timezone,at\n"
                   "ann@example.org,Ann,daily,-quality,text,Europe/Paris,07:30\n"
                   "bob@example.org,Bob,daily,,,,\nbob@example.org,Bob,live,,,,\nbad,,,,,,\n")
        self.take(content)
        before = self.ledger()
        result = self.take(content)
        self.assertEqual(self.counts(result), {"unchanged": 3, "refused": 1})
        self.assertEqual(result["batch"], 2)
        self.assertEqual(self.ledger(), before)

    def ledger(self):
        with self.database() as db:
            return [db.execute(f"SELECT * FROM {table}").fetchall()
                    for table in ("subscriber", "subscription", "consent", "prefs")]

    def test_only_the_choices_that_are_given_change(self):
        self.take("email,name,topics,format,timezone,at\n"
                  "ann@example.org,Ann,finance,text,Europe/Paris,07:30\n")
        result = self.take("email,name,format\nann@example.org,,html\n")
        self.assertEqual(self.counts(result), {"updated": 1})
        ann = self.people()["ann@example.org"]
        self.assertEqual([ann[key] for key in ("name", "topics", "format", "timezone", "at")],
                         ["Ann", "finance", "html", "Europe/Paris", "07:30"])
        self.assertEqual(self.counts(self.take("email,topics\nann@example.org,\n")),
                         {"updated": 1})
        self.assertEqual(self.people()["ann@example.org"]["topics"], "")

    def test_people_are_pending_until_the_operator_states_the_basis(self):
        path = self.file("ann@example.org\n")
        words = ["subscriber", "import", path, "--newsletter", "daily"]
        self.instance.run(*words)
        self.assertEqual(self.people()["ann@example.org"]["status"], "pending")
        self.assertEqual(self.counts(self.instance.json(*words)), {"unchanged": 1})
        result = self.instance.json(*words, "--confirmed", "--source", "paper forms of May")
        self.assertEqual(self.counts(result), {"updated": 1})
        self.assertEqual(self.people()["ann@example.org"]["status"], "active")
        self.assertEqual(self.counts(self.instance.json(*words)), {"unchanged": 1})
        self.assertEqual(self.people()["ann@example.org"]["status"], "active")
        consent = self.instance.json("subscriber", "show", "ann@example.org")["consent"]
        self.assertEqual([(line["event"], line["how"], line["source"], line["batch"])
                          for line in consent],
                         [("subscribed", "import", None, 1),
                          ("stated", "import", "paper forms of May", 3)])

    def test_a_basis_is_stated_whole_or_not_at_all(self):
        path = self.file("ann@example.org\n")
        for words in (["--confirmed"], ["--source", "x"], ["--confirmed", "--source", " "],
                      ["--confirmed", "--source", "a\nBcc: b"]):
            done = self.instance.run("subscriber", "import", path, "--newsletter", "daily",
                                     *words, check=False)
            self.assertEqual(done.returncode, 64, done.stderr)

    def test_an_import_brings_nobody_back_and_says_since_when_they_are_gone(self):
        self.take("ann@example.org\n")
        self.instance.run("unsubscribe", "ann@example.org", now="2026-12-01T12:00:00Z")
        result = self.take("email,action\nANN@example.org,subscribe\nann@example.org,change\n",
                           now="2026-12-24T12:00:00Z")
        self.assertEqual(self.counts(result), {"refused": 2})
        self.assertEqual([why for why, _ in self.refusals(result).values()],
                         ["unsubscribed on 2026-12-01; an import brings nobody back",
                          "unsubscribed on 2026-12-01"])
        self.assertEqual(self.people()["ann@example.org"]["status"], "unsubscribed")

    def test_suspended_and_suppressed_people_are_refused_with_the_reason(self):
        self.take("ann@example.org\nbob@example.org\neve@example.org\n")
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            db.execute("UPDATE subscription SET status = 3 WHERE subscriber = 1")
            db.execute("INSERT INTO suppression (hash, newsletter, reason, evidence, at) "
                       "SELECT hash, 0, 9, '550 5.1.1 no such user', 1795000000000000 "
                       "FROM subscriber WHERE id = 2")
        db.close()
        result = self.take("ANN@example.org\nBOB@example.org\neve@example.org\n")
        self.assertEqual(self.counts(result), {"unchanged": 1, "refused": 2})
        reasons = [why for why, _ in self.refusals(result).values()]
        self.assertEqual(reasons[0], "suspended on 2026-11-20")
        self.assertRegex(reasons[1], r"^suppressed \(address\) on 2026-11-18$")

    def test_a_suppressed_address_is_refused_even_when_nobody_is_known_by_it(self):
        self.take("ann@example.org\n")
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            db.execute("INSERT INTO suppression (hash, newsletter, reason, evidence, at) "
                       "SELECT hash, newsletter, 9, '', 0 FROM subscription, subscriber")
            for table in ("subscription", "subscriber"):
                db.execute(f"DELETE FROM {table}")
        db.close()
        self.assertEqual(self.counts(self.take("ann@example.org\n")), {"refused": 1})
        self.assertEqual(self.counts(self.take("ann@example.org\n", newsletter="live")),
                         {"added": 1})

    def test_a_file_can_change_and_unsubscribe_those_who_are_there(self):
        self.take("ann@example.org\nbob@example.org\n")
        result = self.take("email,topics,action\nann@example.org,finance,change\n"
                           "bob@example.org,nonsense,unsubscribe\n"
                           "bob@example.org,,unsubscribe\n"
                           "eve@example.org,,change\neve@example.org,,unsubscribe\n")
        self.assertEqual(self.counts(result), {"updated": 2, "unchanged": 1, "refused": 2})
        self.assertEqual({why for why, _ in self.refusals(result).values()},
                         {"no such subscriber"})
        people = self.people()
        self.assertEqual(people["ann@example.org"]["topics"], "finance")
        self.assertEqual(people["bob@example.org"]["status"], "unsubscribed")
        self.assertNotIn("eve@example.org", people)

    def test_a_cadence_that_nothing_serves_is_refused(self):
        result = self.take("email,cadence\nann@example.org,weekly\nbob@example.org,each\n")
        self.assertEqual(self.counts(result), {"added": 1, "refused": 1})
        self.assertEqual(self.refusals(result)[2][0], "daily goes out each time only, not weekly")

    # ---- dry run, evidence -------------------------------------------------------------------

    def test_a_dry_run_counts_the_same_tells_the_first_refusals_and_changes_nothing(self):
        self.take("ann@example.org\n")
        before = self.ledger()
        content = ("email,topics\nann@example.org,finance\nbob@example.org,\nBOB@example.org,\n"
                   + "bad,\n" * 30)
        done = self.instance.run("subscriber", "import", self.file(content), "--newsletter",
                                 "live", "--dry-run", "--json")
        result = json.loads(done.stdout)
        self.assertEqual(self.counts(result), {"added": 2, "unchanged": 1, "refused": 30})
        self.assertIs(result["dry_run"], True)
        self.assertIsNone(result["batch"])
        self.assertIsNone(result["errors"])
        told = re.findall(r"people\.csv:(\d+): no @", done.stderr)
        self.assertEqual([int(line) for line in told], list(range(5, 25)))
        self.assertIn("10 more", done.stderr)
        self.assertEqual(self.ledger(), before)
        self.assertEqual(os.listdir(self.instance.dir / "subscribers"), ["incoming"])
        self.assertEqual(self.counts(self.take(content, newsletter="live")),
                         {"added": 2, "unchanged": 1, "refused": 30})

    def test_progress_is_shown_on_a_terminal_only(self):
        path = self.file("".join(f"reader{i}@example.org\n" for i in range(5000)))
        words = ["subscriber", "import", path, "--newsletter", "daily"]
        self.assertEqual(self.instance.run(*words, "--dry-run").stderr, "")
        ours, theirs = os.openpty()
        try:
            subprocess.run([tidings.BINARY, "-C", self.instance.dir, *words], stderr=theirs,
                           env={**os.environ, "TERM": "xterm"},
                           stdout=subprocess.DEVNULL, check=True, timeout=60)
            shown = os.read(ours, 65536).decode()
        finally:
            os.close(ours)
            os.close(theirs)
        self.assertIn("importing", shown)
        self.assertIn("100 %", shown)

    def test_who_imported_what_is_on_record(self):
        self.take("ann@example.org\nbad\n")
        with self.database() as db:
            batch = db.execute("SELECT source, file, added, refused, finished IS NOT NULL "
                               "FROM batch").fetchall()
            audit = db.execute("SELECT action, rows_changed, actor <> '' FROM audit").fetchall()
        self.assertEqual(batch, [("test", str(self.instance.dir / "people.csv"), 1, 1, 1)])
        self.assertEqual(audit, [("subscriber import", 1, 1)])


if __name__ == "__main__":
    unittest.main()
