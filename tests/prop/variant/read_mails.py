"""read_mails.py DIR: every N.eml in DIR says what line N of DIR/expected says, without a defect."""

import email
import email.policy
import html.parser
import json
import pathlib
import re
import sys

DASHES = "- " * 35 + "-"
INLINE = {"a", "strong", "em", "code", "bdi"}


class Area(html.parser.HTMLParser):
    """The text inside the element with this id or of this tag."""

    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.depth, self.words = wanted, 0, []

    def handle_starttag(self, tag, attrs):
        if tag in ("br", "img", "meta"):
            self.words.append(" ")
        elif self.depth or self.wanted in (tag, dict(attrs).get("id")):
            self.words.append("" if self.depth and tag in INLINE else " ")
            self.depth += 1

    def handle_endtag(self, tag):
        if self.depth:
            self.depth -= 1
            self.words.append("" if self.depth and tag in INLINE else " ")

    def handle_data(self, data):
        if self.depth:
            self.words.append(data)


def area(page, wanted):
    parser = Area(wanted)
    parser.feed(page)
    parser.close()
    return "".join(parser.words)


def check_lines(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    assert not re.search(rb"[^\r]\n|\r[^\n]", raw), "a bare CR or LF"
    assert not re.search(rb"[^\t\r\n -~]", raw), "a byte that is not printable ASCII"
    assert max(map(len, head.split(b"\r\n"))) <= 78, "a long header line"
    assert max(map(len, body.split(b"\r\n"))) <= 76, "a long body line"
    assert not re.search(rb"^(\.|From )", body, re.M), "a line that transport would alter"


def same_name(header, want):
    """Python before 3.13 keeps the white space between two encoded words of a name, which RFC 2047
    6.2 drops; the unit tests decode names exactly."""
    return "".join(header.addresses[0].display_name.split()) == "".join(want.split())


def check_text(text, want):
    before, content, _ = text.split(DASHES)
    assert want["greeting"] in before, "greeting in the text part"
    words = re.sub(r"^-+$", "", content, flags=re.M).split()
    assert words == (want["heading"] + " " + want["body"]).split(), "words of the text part"


def check_html(page, want):
    assert area(page, "title").strip(" ") == want["subject"], "title"
    greeting = want["greeting"].split()
    assert area(page, "bdi").split()[: len(greeting)] == greeting, "greeting of the HTML part"
    words = area(page, "content").split()
    assert words == (want["heading"] + " " + want["body"]).split(), "words of the HTML part"


def check(raw, want):
    check_lines(raw)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", None), (name, value.defects)
    assert str(mail["subject"]) == want["subject"], "subject"
    assert same_name(mail["from"], want["from"]), "From name"
    assert same_name(mail["to"], want["to"]), "To name"
    assert mail["to"].addresses[0].addr_spec == "ann@example.org", "To address"
    check_text(mail.get_body(("plain",)).get_content().replace("\r\n", "\n"), want)
    if mail.is_multipart():
        assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
        check_html(mail.get_body(("html",)).get_content(), want)


def main():
    folder = pathlib.Path(sys.argv[1])
    lines = (folder / "expected").read_text(encoding="utf-8").split("\n")[:-1]
    faults = 0
    for number, line in enumerate(lines):
        try:
            check((folder / f"{number}.eml").read_bytes(), json.loads(line))
        except AssertionError as fault:
            faults += 1
            print(f"{number}.eml: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


main()
