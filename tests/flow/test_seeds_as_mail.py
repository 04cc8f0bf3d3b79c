"""Real briefings, ours and the seeds, as the mails that arrive: without a defect for Python's
email, and with every word of the source in both parts."""

import json
import re
import unittest

import mails
import sinks
import tidings

NOW = "2026-11-20T07:00:00Z"
DATE = "2026-11-20"
SEEDS = sorted((tidings.SOURCE.parent / "shared" / "seeds").glob("*.txt"))
OURS = sorted(path for path in (tidings.SOURCE / "briefings").rglob("*")
              if path.suffix in (".md", ".txt"))
BULLET = re.compile(r"^\s*•[ \t]*", re.M)
STAMP = re.compile(r"^(\d{1,2}\.\d\d[ap]m):?", re.M)  # a colon that sets it apart is no word
LINK_NUMBER = re.compile(r"\[\d+\]( https?://\S+$)?", re.M)  # in the words, and what it stands for


def texts(blocks):
    for block in blocks:
        yield from block["items"] if block["type"] == "list" else [block["text"]]


def words_of_markdown(path):
    """Its words, as `brief parse` has them (test_brief_parse.py holds that against the file)."""
    story = json.loads(tidings.run(["brief", "parse", path, "--json"]).stdout)
    parts = [story["title"], story["standfirst"]]
    for section in story["sections"]:
        parts += [section["heading"], *texts(section["blocks"])]
    return " ".join(part for part in parts if part).split()


def words_of_text(path):
    """Its words, without any of the program's rules."""
    return STAMP.sub(r"\1", BULLET.sub("", path.read_text(encoding="utf-8"))).split()


def newsletter_of(path):
    if path.stem.startswith("weekly"):
        return "weekly"
    return "live" if STAMP.search(path.read_text(encoding="utf-8")) else "daily"


class BriefingsAsMail(unittest.TestCase):
    def deliver(self, path):
        """The mails of one edition of this source: {subscriber's name: bytes as received}."""
        newsletter = newsletter_of(path)
        with sinks.PySink() as sink, tidings.Instance(sink.port, now=NOW) as instance:
            instance.subscribe([{"email": "html@example.org", "format": "html", "name": "Ann"},
                                {"email": "text@example.org", "format": "text"}], newsletter)
            instance.briefing(newsletter, DATE + path.suffix, path)
            made = instance.run("edition", "assemble", newsletter, "--date", DATE)
            self.assertEqual(made.stderr.count("warning"), 0, made.stderr)
            self.assertEqual(instance.json("send", "--drain")["sent"], 2)
            return {mail.recipients[0].split("@")[0]: mail.content for mail in sink.mails}

    def check(self, path):
        words = words_of_markdown(path) if path.suffix == ".md" else words_of_text(path)
        self.assertGreater(len(words), 100)
        received = self.deliver(path)
        self.assertEqual(sorted(received), ["html", "text"])
        for content in received.values():
            mails.check_wire(content)
        mail = mails.decode(received["html"])
        self.assertEqual([part.get_content_type() for part in mail.walk()],
                         ["multipart/alternative", "text/plain", "text/html"])
        self.assertEqual(mails.html_area(mail).split(), words)
        self.assert_words(mails.text_area(mail), words)
        mail = mails.decode(received["text"])
        self.assertEqual(mail.get_content_type(), "text/plain")
        self.assert_words(mails.text_area(mail), words)

    def assert_words(self, area, words):
        self.assertEqual(LINK_NUMBER.sub("", area).split(), words)

    @unittest.skipUnless(SEEDS, "the seeds are not beside the source tree")
    def test_the_seeds_arrive_whole(self):
        for path in SEEDS:
            with self.subTest(path.name):
                self.check(path)

    def test_our_briefings_arrive_whole(self):
        self.assertGreaterEqual(len(OURS), 3)
        for path in OURS:
            with self.subTest(path.name):
                self.check(path)

    @unittest.skipUnless(SEEDS, "the seeds are not beside the source tree")
    def test_spaces_that_are_not_breaking_and_quotation_marks_arrive_as_they_are(self):
        path = SEEDS[0]
        source = path.read_text(encoding="utf-8")
        mail = mails.decode(self.deliver(path)["html"])
        for area in (mails.html_area(mail), mails.text_area(mail)):
            for char in "\u00a0“”‘’–":
                self.assertEqual(area.count(char), source.count(char), repr(char))


if __name__ == "__main__":
    unittest.main()
