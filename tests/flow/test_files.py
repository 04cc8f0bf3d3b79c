"""Images and attachments: as Python's email reads them, who gets which, and that an edition keeps
the files it was frozen with."""

import email
import email.policy
import os
import pathlib
import struct
import sqlite3
import unittest
import zlib

import sinks
import tidings

tidings.need("smtp-sink")

DAY = "2026-11-20"
NAME = "Bericht für „Müller“ – Zahlen, die niemand vergisst, und noch manches mehr.pdf"
BRIEFING = f"""---
subject: Files
attachments:
  - {NAME}
  - day.ics
---
The lead.

![A chart of crews](img/my%20chart.png)

## Beds {{.finance}}

![The beds](beds.png)

Beds cost money.

![The beds again](./beds.png)

## Crews {{.ambulances}}

Crews wait. ![not alone](beds.png)
"""


def png(width, height, shade):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes([shade]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0,
                                                              0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


CHART, BEDS = png(900, 300, 90), png(120, 80, 200)
PDF, ICS = b"%PDF-1.4\n" + bytes(range(256)) * 40, "BEGIN:VCALENDAR\r\nSUMMARY:Tschüs\r\n".encode()


def shape(part):
    """The tree of types, as nested tuples."""
    if part.is_multipart():
        return (part.get_content_subtype(), *(shape(inner) for inner in part.iter_parts()))
    return part.get_content_type()


def leaves(mail):
    return [part for part in mail.walk() if not part.is_multipart()]


class Files(unittest.TestCase):
    def setUp(self):
        self.instance = tidings.Instance(9, now=f"{DAY}T06:00:00Z")
        self.addCleanup(self.instance.__exit__)
        self.instance.subscribe([
            {"email": "all@readers.example"},
            {"email": "fin@readers.example", "topics": "finance"},
            {"email": "amb@readers.example", "topics": "ambulances"},
            {"email": "txt@readers.example", "format": "text"}])
        self.instance.briefing("daily", f"{DAY}.md", BRIEFING)
        self.folder = self.instance.dir / "briefings" / "daily"
        (self.folder / "img").mkdir()
        (self.folder / "img" / "my chart.png").write_bytes(CHART)
        (self.folder / "beds.png").write_bytes(BEDS)
        (self.folder / NAME).write_bytes(PDF)
        (self.folder / "day.ics").write_bytes(ICS)

    def mail(self, *args):
        made = self.instance.json("brief", "preview", "daily", "--date", DAY, *args)
        data = pathlib.Path(made["eml"]).read_bytes()
        mail = email.message_from_bytes(data, policy=email.policy.default)
        for part in mail.walk():
            self.assertEqual(part.defects, [])
        return made, data, mail

    def test_the_tree_is_as_the_standards_nest_it(self):
        _, data, mail = self.mail()
        self.assertEqual(shape(mail), (
            "mixed", ("related", ("alternative", "text/plain", "text/html"),
                      "image/png", "image/png"), "application/pdf", "text/calendar"))
        for line in data.split(b"\r\n"):
            self.assertLessEqual(len(line), 998)
            self.assertTrue(line.isascii())
        body = data.split(b"\r\n\r\n", 1)[1]
        self.assertLessEqual(max(map(len, body.split(b"\r\n"))), 76)

    def test_bytes_and_names_come_back_as_they_were(self):
        _, _, mail = self.mail()
        files = {part.get_filename(): part for part in leaves(mail) if part.get_filename()}
        self.assertEqual(set(files), {NAME, "day.ics", "my chart.png", "beds.png"})
        for name, data in ((NAME, PDF), ("day.ics", ICS), ("my chart.png", CHART),
                           ("beds.png", BEDS)):
            self.assertEqual(files[name].get_payload(decode=True), data)
        self.assertEqual(files[NAME].get_content_disposition(), "attachment")
        self.assertEqual(files["beds.png"].get_content_disposition(), "inline")
        self.assertEqual(files["day.ics"].get_content_charset(), "utf-8")

    def test_every_cid_in_the_html_is_in_the_mail(self):
        _, _, mail = self.mail()
        html = mail.get_body(preferencelist=("html",)).get_content()
        ids = [part["Content-ID"].strip("<>") for part in leaves(mail) if part["Content-ID"]]
        self.assertEqual(html.count('src="cid:'), 3)
        self.assertEqual(len(set(ids)), len(ids))
        for cid in ids:
            self.assertIn(f'src="cid:{cid}"', html)
        self.assertIn('alt="A chart of crews"', html)
        self.assertIn('width="120"', html)  # not blown up

    def test_who_does_not_see_an_image_does_not_get_it(self):
        for who, expected in (("all", 2), ("fin", 2), ("amb", 1), ("txt", 0)):
            _, _, mail = self.mail("--as", f"{who}@readers.example")
            kinds = [part.get_content_type() for part in leaves(mail)]
            self.assertEqual(kinds.count("image/png"), expected, who)
            self.assertEqual(kinds.count("application/pdf"), 1, who)
        self.assertEqual(shape(mail), ("mixed", "text/plain", "application/pdf", "text/calendar"))

    def test_the_preview_shows_the_images_without_the_mail(self):
        made, _, _ = self.mail()
        page = pathlib.Path(made["html"]).read_text(encoding="utf-8")
        self.assertNotIn("cid:", page)
        self.assertEqual(page.count('src="data:image/png;base64,'), 3)

    def test_a_crash_in_between_goes_on_with_the_files_as_they_were(self):
        _, before, _ = self.mail("--as", "all@readers.example")
        for at in range(1, 40):
            killed = self.instance.run("edition", "assemble", "daily", "--date", DAY, check=False,
                                       env={**os.environ, "TIDINGS_CRASH_AT": str(at)})
            if killed.returncode == 99 and self.frozen():
                break
        self.assertTrue(self.frozen(), "it never stopped behind the freezing")
        (self.folder / "beds.png").write_bytes(png(64, 64, 1))
        (self.folder / NAME).unlink()
        made = self.instance.json("edition", "assemble", "daily", "--date", DAY)
        self.assertFalse(made["existing"])
        self.assertEqual(made["messages"], 4)
        (self.folder / NAME).write_bytes(b"%PDF-1.4 another")
        _, after, _ = self.mail("--as", "all@readers.example")
        self.assertEqual(before, after)
        again = self.instance.run("edition", "assemble", "daily", "--date", DAY)
        self.assertIn("has changed since the edition was frozen", again.stderr)

    def frozen(self):
        path = self.instance.dir / "queue" / "tidings.db"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
            rows = base.execute("SELECT phase FROM edition").fetchall()
        return rows == [(0,)]

    def test_an_edition_whose_files_did_not_change_says_nothing(self):
        self.instance.run("edition", "assemble", "daily", "--date", DAY)
        again = self.instance.run("edition", "assemble", "daily", "--date", DAY)
        self.assertEqual(again.stderr, "")
        (self.folder / "beds.png").write_bytes(CHART)
        again = self.instance.run("edition", "assemble", "daily", "--date", DAY)
        self.assertIn("has changed since", again.stderr)

    def test_they_arrive_as_they_were_shown(self):
        with sinks.SmtpSink(dump=True) as sink:
            self.instance.relay(sink.port)
            self.instance.run("edition", "assemble", "daily", "--date", DAY)
            self.instance.run("send", "--drain", now=f"{DAY}T07:30:00Z")
            mails = {mail.recipients[0]: mail.content for mail in sink.mails()}
        _, shown, _ = self.mail("--as", "fin@readers.example")
        arrived = mails["fin@readers.example"].replace(b"\r\n", b"\n").rstrip()
        self.assertEqual(arrived, shown.replace(b"\r\n", b"\n").rstrip())

    def refused(self, text, said):
        self.instance.briefing("daily", f"{DAY}.md", text)
        done = self.instance.run("brief", "preview", "daily", "--date", DAY, check=False)
        self.assertEqual(done.returncode, 65)
        self.assertIn(said, done.stderr)

    def test_a_file_that_cannot_go_with_it_is_told_with_file_and_line(self):
        outside = self.instance.dir / "conf" / "keys" / "verp.key"
        self.assertTrue(outside.exists())
        (self.folder / "link.png").symlink_to(outside)
        (self.folder / "fake.png").write_text("<svg/>")
        (self.folder / "big.png").write_bytes(CHART + bytes(6 * 1024 * 1024))
        (self.folder / "run.exe").write_bytes(b"MZ")
        file = f"{self.folder}/{DAY}.md"
        for image, why in (("no.png", "no such file"), ("../../conf/keys/verp.key", "only files"),
                           ("%2e%2e/%2e%2e/conf/keys/verp.key", "only files"),
                           (str(outside), "only files"), ("link.png", "leads out"),
                           ("fake.png", "not a PNG"), ("big.png", "larger"),
                           ("img%00.png", "control character")):
            self.refused(f"One.\n\n![An image]({image})\n", f"{file}:3: image {image}: ")
            self.refused(f"One.\n\n![An image]({image})\n", why)
        for name, why in (("run.exe", "no kind of file"), ("../daily/beds.png", "only files"),
                          ("no.pdf", "no such file")):
            self.refused(f"---\nattachments: [{name}]\n---\nOne.\n",
                         f"{file}: attachment {name}: ")
            self.refused(f"---\nattachments: [{name}]\n---\nOne.\n", why)
        self.refused("---\nattachments: beds.png\n---\nOne.\n", f"{file}:2: front matter: ")

    def test_a_logo_goes_with_every_html_mail_and_none_of_text(self):
        (self.instance.dir / "conf" / "logo.png").write_bytes(BEDS)
        self.instance.configure("\ntopics:\n", "\ntheme:\n  logo: conf/logo.png\n  logo_width: 60\n"
                              "  accent: \"#00558c\"\n\ntopics:\n")
        self.instance.briefing("daily", f"{DAY}.md", "One.\n")
        _, _, mail = self.mail()
        self.assertEqual(shape(mail), ("related", ("alternative", "text/plain", "text/html"),
                                       "image/png"))
        html = mail.get_body(preferencelist=("html",)).get_content()
        self.assertRegex(html, r'<img src="cid:[0-9a-f]+@daily\.news\.example" '
                               r'alt="The Daily Briefing" width="60"')
        self.assertIn("#00558c", html)
        self.assertNotIn("#9b1c1f", html)
        _, _, mail = self.mail("--as", "txt@readers.example")
        self.assertEqual(shape(mail), "text/plain")


if __name__ == "__main__":
    unittest.main()
