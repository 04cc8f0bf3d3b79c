"""tidings brief parse, from outside: the real briefings, our samples, and files that are none.

That a source keeps its words is checked without the parser's rules: its words, with times that
begin an entry and bullets taken away by hand-written patterns, must be the words of the JSON.
"""

import json
import pathlib
import re
import tempfile
import time
import unittest

import tidings

SEEDS = {path.name.split("_")[0]: path
         for path in sorted((tidings.SOURCE.parent / "shared" / "seeds").glob("*.txt"))}
LINE_OPENS = re.compile(r"^(?:\d{1,2}\.\d\d[ap]m:?|\s*[•*-]|\d\.)\s+", re.M)


def parse(path, check=True):
    return tidings.run(["brief", "parse", path, "--json"], check=check)


def texts(blocks):
    for block in blocks:
        yield from block["items"] if block["type"] == "list" else [block["text"]]


def words_of(story):
    """All that a reader reads, in order, as words."""
    parts = [story["title"], story["standfirst"]]
    if story["kind"] == "live":
        parts += story["masthead"]
        for entry in story["entries"]:
            parts += texts(entry["blocks"])
    else:
        for section in story["sections"]:
            parts += [section["heading"], *texts(section["blocks"])]
    return " ".join(part for part in parts if part).split()


@unittest.skipUnless(SEEDS, "the seeds are not beside the source tree")
class Seeds(unittest.TestCase):
    def story(self, name):
        done = parse(SEEDS[name])
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)

    def outline(self, name):
        """(heading, role, number of blocks) of each section."""
        story = self.story(name)
        self.assertEqual(story["kind"], "briefing")
        self.assertIsNone(story["title"])
        self.assertEqual(story["standfirst"],
                         "The must-read stories and debate in health policy and leadership.")
        for section in story["sections"]:
            self.assertEqual({block["type"] for block in section["blocks"]}, {"paragraph"})
            self.assertEqual(section["topics"], [])
        return [(section["heading"], section["role"], len(section["blocks"]))
                for section in story["sections"]]

    def test_a_briefing_with_one_headed_section(self):
        self.assertEqual(self.outline("000"), [
            (None, "lead", 7), ("‘Out of touch’ and out of the picture", "section", 5)])

    def test_a_briefing_with_an_also_list(self):
        self.assertEqual(self.outline("004"), [
            (None, "lead", 4), ("Present and correct", "section", 5),
            ("Also on\u00a0hsj.co.uk\u00a0today", "also", 1)])

    def test_a_live_blog(self):
        story = self.story("003")
        entries = story["entries"]
        self.assertEqual(story["kind"], "live")
        self.assertEqual(story["masthead"], ["HSJ live logo"] * 2)
        self.assertEqual(len(entries), 34)
        times = [entry["time"] for entry in entries]
        self.assertEqual((times[0], times[-1]), ("17:32", "08:37"))
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertEqual({entry["time"]: entry["refs"] for entry in entries if entry["refs"]},
                         {"16:04": ["13:13"]})
        lists = [(entry["time"], block["items"]) for entry in entries
                 for block in entry["blocks"] if block["type"] == "list"]
        self.assertEqual([time for time, _ in lists], ["11:50"])
        self.assertEqual([item.split(",")[0] for item in lists[0][1]],
                         ["Dr Nicola Walsh", "Don Redding", "Debbie Freake", "Anthony Gardner"])

    def test_times_inside_sentences_stay_where_they_are(self):
        entries = {entry["time"]: entry for entry in self.story("003")["entries"]}
        self.assertNotIn("14:30", entries)
        self.assertTrue(entries["12:21"]["blocks"][0]["text"].startswith("At 2.30pm today"))
        self.assertTrue(entries["08:37"]["blocks"][0]["text"].startswith("Good morning,"))
        last = entries["08:37"]["blocks"][-1]
        self.assertEqual(last["links"], ["http://bit.ly/14sjr5E"])

    def test_every_word_is_kept_in_order(self):
        for name, path in SEEDS.items():
            with self.subTest(seed=name):
                source = LINE_OPENS.sub("", path.read_text(encoding="utf-8"))
                self.assertEqual(words_of(self.story(name)), source.split())

    def test_every_paragraph_is_kept_to_the_space(self):
        for name, path in SEEDS.items():
            with self.subTest(seed=name):
                story = self.story(name)
                parts = story.get("sections") or story["entries"]
                got = [text for part in parts for text in texts(part["blocks"])]
                lines = [LINE_OPENS.sub("", line)
                         for line in path.read_text(encoding="utf-8").split("\n")]
                self.assertEqual([text for text in got if text not in lines], [])


class Samples(unittest.TestCase):
    def test_our_samples_parse_without_a_warning(self):
        for path in sorted((tidings.SOURCE / "briefings").iterdir()):
            with self.subTest(sample=path.name):
                done = parse(path)
                self.assertEqual(done.stderr, "")
                story = json.loads(done.stdout)
                self.assertEqual(story["kind"], "live" if "live" in path.name else "briefing")
                if path.suffix == ".txt":
                    source = LINE_OPENS.sub("", path.read_text(encoding="utf-8"))
                    self.assertEqual(words_of(story), source.split())

    def test_topics_of_markdown_headings_are_in_the_json(self):
        story = json.loads(parse(tidings.SOURCE / "briefings" / "daily-sample.md").stdout)
        topics = {section["heading"]: section["topics"] for section in story["sections"]}
        self.assertEqual(topics["Give us our crews back"], ["ambulances"])
        self.assertEqual(topics["It adds up only at night"], ["finance", "workforce"])

    def test_people_get_an_outline(self):
        path = tidings.SOURCE / "briefings" / "live-sample.txt"
        done = tidings.run(["brief", "parse", path])
        self.assertIn("live blog of 12 entries", done.stdout)
        self.assertIn("16:47  see 14:05", done.stdout)
        self.assertIn("    • the chief nurse of St Brannoc’s Hospital", done.stdout)


class Hostile(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def parse(self, name, data):
        path = self.dir / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return parse(path, check=False)

    def test_what_is_no_text_is_refused_with_file_and_line(self):
        cases = {
            "Latin-1": ("a.txt", "One.\n\nCaf\xe9.\n".encode("latin-1"), "a.txt:3: not UTF-8"),
            "Windows-1252": ("a.md", "One.\n\x93Two\x94\n".encode("latin-1"), "a.md:2: not UTF-8"),
            "empty": ("a.txt", b"", "a.txt: the file is empty"),
            "white space": ("a.md", b" \n\n\t\n", "a.md: nothing but white space"),
            "NUL": ("a.txt", b"One.\n\nT\0wo.\n", "a.txt:3: control character U+0000"),
            "UTF-16": ("a.txt", "One.".encode("utf-16"), "a.txt:1: not UTF-8"),
            "50 MB": ("a.txt", b"word " * 10_000_000, "a.txt: larger than"),
            "front matter": ("a.md", "---\ntitle: A: B\n---\nOne.\n", "a.md:2: front matter:"),
            "unknown key": ("a.md", "---\ntitle: A\nsubjet: B\n---\nOne.\n", "a.md:3: front matter:"),
            "open front matter": ("a.md", "---\ntitle: A\n\nOne.\n", "a.md:1: the front matter"),
        }
        for name, (file, data, message) in cases.items():
            with self.subTest(name):
                done = self.parse(file, data)
                self.assertEqual(done.returncode, 65)
                self.assertEqual(done.stdout, "")
                self.assertIn(message, done.stderr)

    def test_times_that_go_back_and_forth_are_warned_of_with_the_line(self):
        done = self.parse("a.txt", "5.30pm A.\n\n4.30pm B.\n\n5.10pm C.\n\n3.30pm D.\n")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"a\.txt:5: warning: .*back and forth")
        self.assertEqual(len(json.loads(done.stdout)["entries"]), 4)

    def test_hostile_shapes_are_read_in_time(self):
        cases = {
            "100,000 nested quotes": ("a.md", "> " * 100_000 + "x\n"),
            "100,000 nested lists": ("a.md", "- " * 100_000 + "x\n"),
            "100,000 open brackets": ("a.md", "[" * 100_000 + "x\n"),
            "a line of 4 MB": ("a.txt", "word " * (4 * 1024 * 1024 // 5)),
            "half a million lines": ("a.txt", "a\n" * (512 * 1024)),
            "no newline at the end": ("a.txt", "5.30pm A.\n\n4.30pm B."),
        }
        for name, (file, data) in cases.items():
            with self.subTest(name):
                start = time.monotonic()
                done = self.parse(file, data)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(json.loads(done.stdout)["kind"],
                                 "live" if "newline" in name else "briefing")
                self.assertLess(time.monotonic() - start, 60)

    def test_a_file_that_is_not_there_or_no_source(self):
        self.assertEqual(parse(self.dir / "none.txt", check=False).returncode, 66)
        done = self.parse("a.docx", "One.")
        self.assertEqual(done.returncode, 64)
        self.assertIn(".md (Markdown) or .txt (plain text)", done.stderr)

    def test_control_bytes_of_a_name_do_not_reach_the_terminal(self):
        done = self.parse("a\x1b[1m.txt", b"\xff")
        self.assertNotIn("\x1b", done.stderr)

    def test_a_relative_path_goes_by_the_directory_given(self):
        (self.dir / "a.txt").write_text("One.\n")
        done = tidings.run(["-C", self.dir, "brief", "parse", "a.txt", "--json"], cwd="/")
        self.assertEqual(words_of(json.loads(done.stdout)), ["One."])


if __name__ == "__main__":
    unittest.main()
