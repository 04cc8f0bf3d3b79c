"""Names as people and attackers write them, from the import to the wire: each is in its place and
nowhere else, or its row is refused."""

import csv
import email
import email.header
import email.policy
import email.utils
import html
import pathlib
import re
import unittest

import sinks
import tidings

tidings.need("smtp-sink")

DAY = "2026-11-20"
NAMES = {
    "plain": "Ann Example",
    "quotes": 'Ann "The Pen" O\'Neil',
    "back": "Ann \\ Bo\\",
    "specials": "Smith, Ann (HQ) <boss@evil.example>; Bo: x",
    "markup": "<script>alert(1)</script> & <b onload='x'>",
    "tags": "{{unsubscribe}} {{{address}}} {{> footer}}",
    "german": "Jörg Müßig-Äußerung",
    "chinese": "欧阳娜娜",
    "arabic": "محمد بن عبد الله",
    "hebrew": "שרה כהן",
    "thai": "สมชาย ใจดี",
    "devanagari": "राहुल शर्मा",
    "georgian": "ნინო ბერიძე",
    "emoji": "👩🏽‍🚒 Ann 🚑",
    "combining": "Zȁ̈̄ͤ̊ͣl̶g̷o̵",
    "marks": "Ann \u200fEve\u200e \u202eliam\u202c \u2067x\u2069",
    "unclosed": "\u202eAnn \u2066Eve",
    "wide": "漢" * 200,
    "long": ("Ann Example " * 17)[:200].strip(),
    "unbroken": "x" * 200,
    "dots": ". ..",
    "from": "From Ann",
    "equals": "=41=42 =C3=A9 a=",
    "at": "ann@example.org",
    "comma": ",",
}
INVISIBLE = {"joiner": "\u200b\u200d", "mark": "\u200f"}
REFUSED = {
    "crlf": "Ann\r\nBcc: all@evil.example",
    "lf": "Ann\nBcc: all@evil.example",
    "cr": "Ann\rBcc: x",
    "escape": "Ann\x1b[31m",
    "nextline": "Ann\u0085Bcc: x",
    "separator": "Ann\u2028Bcc: x",
    "encoded": "=?utf-8?Q?Ann=0D=0ABcc:_x?=",
    "percent": "Ann%0d%0aBcc: x",
    "entity": "Ann&#13;&#10;Bcc: x",
    "toolong": "x" * 201,
}


def words(text):
    return re.sub(r"\s+", " ", text).strip()


def raw_to(content):
    """The To: line unfolded, as it is on the wire."""
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0].decode("ascii")
    return re.search(r"^To: (.*)$", re.sub(r"\r?\n(?=[ \t])", "", head), re.M)[1].strip("\r")


def decoded(phrase):
    """By the older decoder: the newer one keeps the space between two encoded words of a phrase,
    which RFC 2047 6.2 says to drop."""
    return str(email.header.make_header(email.header.decode_header(phrase)))


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = tidings.Instance(9, now=f"{DAY}T06:00:00Z")
        cls.addClassCleanup(cls.instance.__exit__)
        rows = {**NAMES, **INVISIBLE, **REFUSED}
        cls.batch = cls.instance.subscribe(
            [{"email": f"{key}@readers.example", "name": name} for key, name in rows.items()])
        cls.instance.briefing("daily", f"{DAY}.txt", "One paragraph, for everyone who reads.\n")
        with sinks.SmtpSink(dump=True) as sink:
            cls.instance.relay(sink.port)
            cls.instance.run("edition", "assemble", "daily", "--date", DAY)
            cls.instance.run("send", "--drain", now=f"{DAY}T07:30:00Z")
            cls.raw = {mail.recipients[0].partition("@")[0]: mail for mail in sink.mails()}
        cls.mails = {key: email.message_from_bytes(mail.content, policy=email.policy.default)
                     for key, mail in cls.raw.items()}

    def test_everyone_who_was_taken_gets_one_mail_for_themselves(self):
        self.assertEqual(set(self.raw), {*NAMES, *INVISIBLE})
        for key, mail in self.raw.items():
            self.assertEqual(mail.recipients, [f"{key}@readers.example"])

    def test_a_name_that_could_break_a_line_is_refused_with_its_row(self):
        self.assertEqual(self.batch["refused"], len(REFUSED))
        with pathlib.Path(self.instance.dir, self.batch["errors"]).open(
                encoding="utf-8", newline="") as file:
            refused = "".join(",".join(row) for row in csv.reader(file))
        for key in REFUSED:
            self.assertIn(f"{key}@readers.example", refused)

    def test_to_holds_the_name_and_the_one_address(self):
        for key, name in NAMES.items():
            with self.subTest(key):
                self.assertEqual([to.addr_spec for to in self.mails[key]["To"].addresses],
                                 [f"{key}@readers.example"])
                shown, address = email.utils.parseaddr(raw_to(self.raw[key].content))
                self.assertEqual(address, f"{key}@readers.example")
                self.assertEqual(words(decoded(shown)), words(name))

    def test_the_greeting_holds_the_name_in_both_parts_and_as_words_only(self):
        for key, name in NAMES.items():
            with self.subTest(key):
                greeting = f"Good morning {name},"
                mail = self.mails[key]
                text = mail.get_body(preferencelist=("plain",)).get_content().splitlines()
                self.assertIn(greeting, text)
                page = mail.get_body(preferencelist=("html",)).get_content()
                self.assertIn(f"<bdi>{html.escape(greeting).replace('&#x27;', '&#39;')}</bdi>",
                              page.replace("\r\n", "\n"))
                self.assertNotIn("<script", page)

    def test_a_name_nobody_can_see_is_greeted_as_none(self):
        for key in INVISIBLE:
            text = self.mails[key].get_body(preferencelist=("plain",)).get_content()
            self.assertIn("Good morning,\n", text.replace("\r\n", "\n"))

    def test_no_header_came_with_a_name_and_no_line_is_too_long(self):
        expected = self.mails["plain"].keys()
        for key, mail in self.mails.items():
            with self.subTest(key):
                self.assertEqual(mail.keys(), expected)
                self.assertEqual([part.defects for part in mail.walk()], [[], [], []])
                head, body = re.split(rb"\r?\n\r?\n", self.raw[key].content, maxsplit=1)
                lines = head.splitlines()
                self.assertLessEqual(max(map(len, lines)), 998)
                to = head.split(b"To: ", 1)[1].split(b"Subject:", 1)[0].splitlines()
                self.assertLessEqual(max(map(len, to)), 76)
                self.assertLessEqual(max(map(len, body.splitlines())), 76)
                self.assertTrue(self.raw[key].content.isascii())


if __name__ == "__main__":
    unittest.main()
