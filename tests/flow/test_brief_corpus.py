"""A corpus of briefings and live blogs, each beside the outline a careful editor would draw of it.

data/briefings/NAME.txt or .md is the source, NAME.outline what it must become, line by line:

    t title   ^ standfirst   = lead   # section {.topic}   + also-list   m masthead   @17:32 >13:13 {.topic}
    p paragraph   - item   1 numbered item   > quote   h heading   i image

White space counts as one space; text that ends in " …" is the beginning of a longer one. Pasted text
is also read in other dress (other line ends, wrapped, with a byte-order mark, …), which must change nothing.
"""

import json
import pathlib
import re
import tempfile
import textwrap
import unittest

import tidings

DATA = tidings.SOURCE / "tests" / "data" / "briefings"
ROLES = {"lead": "=", "section": "#", "also": "+"}
SIGNS = {"paragraph": "p", "heading": "h", "image": "i"}
BULLET = re.compile(r"^[\s\u200b]*(?:[•·▪‣\uf0b7*–-]|o(?=\s\s)|\d+[.)])[\s\u200b]*")
STAMP = re.compile(r"^[\s\u200b\ufeff]*[\[(]?\d{1,2}(?:[.:]\d\d)?\s?(?:[ap]\.?m\.?|noon)?(?: BST| GMT)?[\])]?"
                   r"[\s\u200b]*[:.,|–—-]?[\s\u200b]*", re.I)


def one_line(text):
    return " ".join(text.split())


def blocks_of(blocks):
    for block in blocks:
        if block["type"] == "list":
            yield from (("1 " if block["ordered"] else "- ") + item for item in block["items"])
        elif block["type"] == "quote":
            yield from ("> " + text for text in block["text"].split("\n\n"))
        else:
            yield f"{SIGNS[block['type']]} {block['text']}"


def topics_of(part):
    return "".join(f" {{.{topic}}}" for topic in part["topics"])


def outline_of(story):
    yield from (f"{sign} {story[key]}" for sign, key in (("t", "title"), ("^", "standfirst"))
                if story[key])
    for section in story.get("sections", []):
        heading = " " + section["heading"] if section["heading"] else ""
        yield ROLES[section["role"]] + heading + topics_of(section)
        yield from blocks_of(section["blocks"])
    yield from ("m " + line for line in story.get("masthead", []))
    for entry in story.get("entries", []):
        yield "@" + entry["time"] + "".join(" >" + ref for ref in entry["refs"]) + topics_of(entry)
        yield from blocks_of(entry["blocks"])


def parse(path):
    return json.loads(tidings.run(["brief", "parse", path, "--json"]).stdout)


def squeeze(text):
    return "".join(text.split())


def lost_line(source, story):
    """The first line of a pasted text whose characters are not in the story, in order, but for a
    bullet or a time at its beginning; None when all are."""
    signs = re.compile(r"^(?:[tpmhi1^#+-] ?|[=@].*)", re.S)
    text = "".join(squeeze(signs.sub("", line, count=1)) for line in outline_of(story))
    at = 0
    lines = re.split(r"[\r\n\u2028\u2029]+", source.removeprefix("\ufeff"))
    for line in (line for line in lines if line.strip(" \t\u00a0\u200b")):
        for candidate in (line, BULLET.sub("", line), STAMP.sub("", line)):
            if text.startswith(squeeze(candidate), at):
                at += len(squeeze(candidate))
                break
        else:
            return line
    return None if at == len(text) else "(there is more in the story)"


def wrapped(text, columns):
    return "\n".join(textwrap.fill(line, columns, break_long_words=False, break_on_hyphens=False)
                     if len(line) > columns else line for line in text.split("\n"))


def indented(text):
    return "\n".join("  " + line if line else line for line in text.split("\n"))


DRESSES = {
    "CR LF, byte-order mark, spaces behind lines": lambda text: "\ufeff" + re.sub(
        r"(?<=\S)\n", " \u00a0\n", text).replace("\n", "\r\n"),
    "CR, no newline at the end": lambda text: text.rstrip().replace("\n", "\r"),
    "more blank lines": lambda text: re.sub(r"\n\n+", "\n \n\u00a0\n\t\n", text),
    "an indent": indented,
}


class Corpus(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.turn = 0

    def some(self, ways):
        """One way after the other; all of them where there is time."""
        self.turn += 1
        return ways if tidings.FULL else [ways[self.turn % len(ways)]]

    def check(self, story, path):
        got = [one_line(line) for line in outline_of(story)]
        want = path.with_suffix(".outline").read_text(encoding="utf-8").split("\n")[:-1]
        got = [line if i >= len(want) or not want[i].endswith(" …")
               else line[:len(want[i]) - 2] + " …" for i, line in enumerate(got)]
        self.assertEqual("\n".join(got), "\n".join(one_line(line) for line in want))

    def test_every_source_becomes_its_outline(self):
        paths = sorted(DATA.glob("*.outline"))
        self.assertGreater(len(paths), 80)
        for outline in paths:
            path, = (path for path in DATA.glob(outline.stem + ".*") if path != outline)
            with self.subTest(path.name):
                self.check(parse(path), path)

    def test_every_character_of_pasted_text_is_kept_in_order(self):
        for path in sorted(DATA.glob("*.txt")):
            with self.subTest(path.name):
                source = path.read_bytes().decode("utf-8")
                self.assertIsNone(lost_line(source, parse(path)))

    def test_other_line_ends_and_spaces_change_nothing(self):
        for path in sorted(DATA.glob("*.txt")):
            source = path.read_text(encoding="utf-8")
            for name, dress in self.some(list(DRESSES.items())):
                with self.subTest(path.name, dress=name):
                    other = self.scratch / path.name
                    other.write_bytes(dress(source).encode("utf-8"))
                    self.check(parse(other), path)

    def test_wrapping_changes_nothing_where_paragraphs_are_apart(self):
        for path in sorted(DATA.glob("*.txt")):
            source = path.read_text(encoding="utf-8")
            runs = re.split(r"\n[\s\u200b]*\n", source.strip())
            if "\u2028" in source or any("\n" in run and not BULLET.match(run.split("\n")[1]) for run in runs):
                continue
            for columns in self.some([66, 72, 76]):
                with self.subTest(path.name, columns=columns):
                    other = self.scratch / path.name
                    other.write_text(wrapped(source, columns), encoding="utf-8")
                    self.check(parse(other), path)


if __name__ == "__main__":
    unittest.main()
