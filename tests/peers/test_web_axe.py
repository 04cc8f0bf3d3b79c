"""The pages behind links meet the rules that axe-core checks, narrow and wide, in the light and in the dark."""

import email
import email.policy
import pathlib
import re
import tempfile
import unittest

import axe
import chromium
import sinks
import tidings
from web import Web

NOW = "2026-11-20T12:00:00Z"

tidings.need("chromium")
AXE = axe.source()


class WebAxe(unittest.TestCase):
    def setUp(self):
        # First of all: the shell that starts it knows file descriptors of one digit only.
        self.page = self.enterContext(chromium.Browser()).page()
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.web = self.enterContext(Web(self.instance))
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.html = pathlib.Path(folder) / "page.html"

    def links(self):
        """{path: link} of a reader's issue and of somebody's confirmation."""
        self.instance.run("subscribe", "ann@readers.example", "--newsletter", "daily",
                          "--confirmed", "--source", "test")
        self.instance.run("subscribe", "bob@readers.example", "--newsletter", "daily")
        self.instance.briefing("daily", "2026-11-20.md", "The lead of the day is this one.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        self.instance.run("send", "--drain")
        found = {}
        for mail in self.sink.mails:
            text = email.message_from_bytes(mail.content, policy=email.policy.default)
            words = text.get_body(("plain",)).get_content()
            for path, token in re.findall(rf"{Web.base}/([ucpv])/([A-Za-z0-9_-]+)", words):
                found[path] = f"/{path}/{token}"
        return found

    def test_axe_finds_nothing_on_any_page(self):
        links = self.links()
        pages = {path: self.web.get(links[path])[2] for path in "ucp"}
        pages["404"] = self.web.get("/nothing")[2]
        pages["confirmed"] = self.web.post(links["c"], {"confirm": "yes"})[2]
        pages["unsubscribed"] = self.web.post(links["u"], {"unsubscribe": "yes"})[2]
        pages["left"] = self.web.get(links["p"])[2]
        for name, html in pages.items():
            self.html.write_text(html, encoding="utf-8")
            for width, dark in ((320, False), (1280, True)):
                with self.subTest(name, width=width, dark=dark):
                    self.page.show(self.html, width, dark)
                    self.page.evaluate(f"{AXE}; null")
                    self.assertEqual(self.page.evaluate(axe.RUN), [])


if __name__ == "__main__":
    unittest.main()
