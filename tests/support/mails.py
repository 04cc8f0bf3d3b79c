"""Taking apart the mails that tests received, by Python's email package and html.parser: nothing
of the program's own code judges what it wrote."""

import email
import email.policy
import html.parser
import re

DASHES = "- " * 35 + "-"  # around the content area of the text part
INLINE = {"a", "strong", "em", "code", "bdi"}


class _Area(html.parser.HTMLParser):
    """The text inside the element of this id."""

    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.depth, self.found, self.text = wanted, 0, 0, []

    def handle_starttag(self, tag, attrs):
        if tag in ("br", "img", "meta"):
            self.text.append(" ")
            return
        self.found += dict(attrs).get("id") == self.wanted
        if self.depth or dict(attrs).get("id") == self.wanted:
            self.text.append("" if self.depth and tag in INLINE else " ")
            self.depth += 1

    def handle_endtag(self, tag):
        if self.depth:
            self.depth -= 1
            self.text.append("" if self.depth and tag in INLINE else " ")

    def handle_data(self, data):
        if self.depth:
            self.text.append(data)


def decode(content):
    """The mail as an EmailMessage; AssertionError for any defect of any part or header."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    for part in mail.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", None), (name, value, value.defects)
        if not part.is_multipart():
            part.get_content()
            assert not part.defects, part.defects
    return mail


def check_wire(content):
    """AssertionError unless the bytes between DATA and the dot are fit for any relay: CRLF only,
    7-bit, lines of at most 76 in bodies and 998 (and 78, as RFC 5322 advises) in headers."""
    assert content.endswith(b"\r\n"), content[-20:]
    assert not re.search(rb"[\r\n]", content.replace(b"\r\n", b"")), "a bare CR or LF"
    assert not re.search(rb"[^\t\r\n -~]", content), "a byte that is not printable ASCII"
    head, _, body = content.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76, "a long body line"
    for line in head.split(b"\r\n"):
        one_token = re.fullmatch(rb"([\w-]+:)?\s?\S+", line)  # that may not be broken
        assert line.strip() and len(line) <= (998 if one_token else 78), line


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def text_area(mail):
    """What the text part has between its two dashed lines, without what stands for the tags of
    the HTML part: underlines of headings, marks of list items and quotations."""
    _, area, _ = text_of(mail).split(DASHES)
    return re.sub(r"^(-+|=+|~+)$|^\s*(•|\d\.|>) ", "", area, flags=re.M)


def html_area(mail):
    """The text of the HTML part's content element."""
    parser = _Area("content")
    parser.feed(html_of(mail))
    parser.close()
    assert parser.found == 1, f"{parser.found} content areas"
    return "".join(parser.text)
