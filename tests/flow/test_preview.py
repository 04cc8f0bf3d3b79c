"""tidings brief preview: the files it writes, and that what it shows is what the sender sends."""

import email
import email.policy
import json
import os
import pathlib
import stat
import tempfile
import unittest

import sinks
import tidings

tidings.need("smtp-sink")

DAY = "2026-11-20"
DAWN = f"{DAY}T06:00:00Z"
LATER = f"{DAY}T07:30:00Z"
BRIEFING = """---
subject: One Friday
standfirst: What is new today.
---
The lead is for everybody.

## Beds {.finance}

Beds cost money.

## Crews {.ambulances}

Crews wait – “for hours”.
"""
PEOPLE = [
    {"email": "Ann@Readers.example", "name": "Ann Ó Briain", "topics": "finance"},
    {"email": "ben@readers.example", "name": "", "topics": "ambulances", "format": "text"},
    {"email": "eve@readers.example", "name": "Eve", "at": "08:15", "timezone": "Europe/Paris"},
]


def parse(path):
    return email.message_from_bytes(pathlib.Path(path).read_bytes(), policy=email.policy.default)


def wire(mail):
    """A dumped mail with the line ends it had."""
    return mail.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip(b"\r\n")


class Preview(unittest.TestCase):
    def setUp(self):
        self.instance = tidings.Instance(9, now=DAWN)
        self.addCleanup(self.instance.__exit__)
        self.instance.subscribe(PEOPLE)
        self.instance.briefing("daily", f"{DAY}.md", BRIEFING)

    def preview(self, *args, **more):
        return self.instance.json("brief", "preview", "daily", "--date", DAY, *args, **more)

    def mail_as(self, address, *args):
        return pathlib.Path(self.instance.dir, self.preview("--as", address, *args)["eml"])

    def test_the_three_files_are_the_mail_and_its_two_parts(self):
        made = self.preview()
        self.assertIsNone(made["edition"])
        mail = parse(made["eml"])
        self.assertEqual(mail.defects, [])
        self.assertEqual(mail["Subject"], "One Friday")
        for key, kind in (("html", "html"), ("text", "plain")):
            body = mail.get_body(preferencelist=(kind,)).get_content().replace("\r\n", "\n")
            self.assertEqual(pathlib.Path(made[key]).read_text(encoding="utf-8").strip(),
                             body.strip())
        for words in ("The lead is for everybody.", "Beds cost money.", "Crews wait – “for hours”."):
            self.assertIn(words, pathlib.Path(made["text"]).read_text(encoding="utf-8"))

    def test_files_are_for_their_owner_only_and_paths_are_printed(self):
        done = self.instance.run("brief", "preview", "daily", "--date", DAY)
        paths = done.stdout.splitlines()
        self.assertEqual([path.rpartition(".")[2] for path in paths], ["html", "txt", "eml"])
        for path in paths:
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(paths[0])).st_mode), 0o700)

    def test_links_of_a_preview_for_nobody_are_no_tokens(self):
        made = self.preview()
        mail = parse(made["eml"])
        self.assertTrue(mail["List-Unsubscribe"].endswith("/u/test>"), mail["List-Unsubscribe"])
        text = pathlib.Path(made["text"]).read_text(encoding="utf-8")
        for place in ("/u/test\n", "/p/test\n", "/v/test\n"):
            self.assertIn(place, text)

    def test_nothing_is_stored(self):
        before = self.instance.dump()
        self.preview()
        self.preview("--as", "ann@readers.example")
        self.assertEqual(self.instance.dump(), before)

    def test_what_a_subscriber_is_shown_before_is_what_the_sender_sends(self):
        shown = {person["email"]: self.mail_as(person["email"]).read_bytes()
                 for person in PEOPLE}
        with sinks.SmtpSink(dump=True) as sink:
            self.instance.relay(sink.port)
            self.instance.json("edition", "assemble", "daily", "--date", DAY)
            after = {person["email"]: self.mail_as(person["email"]).read_bytes()
                     for person in PEOPLE}
            self.instance.run("send", "--drain", now=LATER)
            sent = {mail.recipients[0]: wire(mail) for mail in sink.mails()}
        self.assertEqual(len(sent), 3)
        for address, mail in shown.items():
            self.assertEqual(mail.rstrip(b"\r\n"), sent[address], address)
            self.assertEqual(after[address], mail, address)

    def test_a_text_reader_gets_no_html_file(self):
        made = self.preview("--as", "ben@readers.example")
        self.assertIsNone(made["html"])
        text = pathlib.Path(made["text"]).read_text(encoding="utf-8")
        self.assertIn("Good morning,\n", text)
        self.assertIn("Crews", text)
        self.assertNotIn("Beds", text)
        self.assertEqual(parse(made["eml"]).get_content_type(), "text/plain")

    def test_once_assembled_a_subscriber_is_shown_what_is_queued(self):
        self.instance.json("edition", "assemble", "daily", "--date", DAY)
        before = self.mail_as("ann@readers.example").read_bytes()
        self.instance.briefing("daily", f"{DAY}.md", BRIEFING.replace("money", "nothing"))
        made = self.preview("--as", "ann@readers.example")
        self.assertEqual(made["edition"], 1)
        self.assertEqual(pathlib.Path(made["eml"]).read_bytes(), before)
        self.assertIn("Beds cost nothing.", pathlib.Path(self.preview()["text"]).read_text())
        (self.instance.dir / "briefings" / "daily" / f"{DAY}.md").unlink()
        self.assertEqual(self.mail_as("ann@readers.example").read_bytes(), before)

    def refused(self, *args):
        return self.instance.run("brief", "preview", "daily", "--date", DAY, *args, check=False)

    def test_it_says_why_somebody_gets_nothing(self):
        self.instance.run("unsubscribe", "eve@readers.example", "--newsletter", "daily")
        done = self.refused("--as", "eve@readers.example")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("unsubscribed", done.stderr)
        done = self.refused("--as", "nobody@readers.example")
        self.assertEqual(done.returncode, 66)
        self.assertIn("nobody@readers.example", done.stderr)

    def test_it_says_that_no_section_is_for_somebody(self):
        self.instance.briefing("daily", f"{DAY}.md", "## Beds {.finance}\n\nBeds cost money.\n")
        done = self.refused("--as", "ben@readers.example")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing for the topics of ben@readers.example", done.stderr)

    def test_a_draft_is_shown_but_is_nobodys_mail(self):
        self.instance.briefing("daily", f"{DAY}.md", BRIEFING.replace("---", "---\ndraft: yes", 1))
        self.assertTrue(os.path.exists(self.preview()["html"]))
        done = self.refused("--as", "ann@readers.example")
        self.assertEqual(done.returncode, 65)
        self.assertIn("draft", done.stderr)

    def test_no_file_and_no_newsletter_are_told(self):
        done = self.instance.run("brief", "preview", "daily", "--date", "2026-11-21", check=False)
        self.assertEqual(done.returncode, 66)
        self.assertIn("2026-11-21.md", done.stderr)
        done = self.instance.run("brief", "preview", "nightly", check=False)
        self.assertEqual(done.returncode, 66)

    def test_specials_have_a_name_and_out_is_another_directory(self):
        self.instance.briefing("daily", f"{DAY}-budget.md", "The budget is out.\n")
        with tempfile.TemporaryDirectory() as there:
            made = self.preview("--name", "budget", "--out", f"{there}/new/deep")
            self.assertEqual(made["html"], f"{there}/new/deep/daily-{DAY}-budget.html")
            self.assertTrue(os.path.exists(made["html"]))

    def test_open_gives_the_html_file_to_the_browser_without_a_shell(self):
        with tempfile.TemporaryDirectory() as there:
            browser = pathlib.Path(there, "xdg-open")
            browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$1" > "{there}/said"\n')
            browser.chmod(0o755)
            out = f"{there}/a $(touch {there}/oops)"
            env = {**os.environ, "PATH": f"{there}:{os.environ['PATH']}"}
            made = self.preview("--out", out, "--open", env=env)
            said = pathlib.Path(there, "said").read_text().splitlines()
            self.assertEqual(said, ["1", made["html"]])
            self.assertFalse(os.path.exists(f"{there}/oops"))
            browser.write_text("#!/bin/sh\nexit 3\n")
            done = self.instance.run("brief", "preview", "daily", "--date", DAY, "--open",
                                     env=env, check=False)
            self.assertEqual(done.returncode, 69)


if __name__ == "__main__":
    unittest.main()
