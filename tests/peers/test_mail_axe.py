"""Every template's mail in a real browser, judged by axe-core: nothing to find, in light and dark.

axe's rules for WCAG 2.2 A and AA and its best practices, all that it runs by default, apply. What
it cannot see (sizes, overflow) is in test_mail_look.py.
"""

import pathlib
import tempfile
import unittest

import axe
import chromium
import editions
import tidings

tidings.need("chromium")
AXE = axe.source()


class Axe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.html = pathlib.Path(scratch.name) / "page.html"
        browser = chromium.Browser()
        cls.addClassCleanup(browser.__exit__)
        cls.page = browser.page()

    def violations(self, html, width=640, dark=False):
        self.html.write_text(html, encoding="utf-8")
        self.page.show(self.html, width, dark)
        self.page.evaluate(f"{AXE}; null")
        return self.page.evaluate(axe.RUN)

    def test_axe_finds_faults_where_there_are_some(self):
        found = "\n".join(self.violations(
            "<html><body><img src=x><h3>x</h3><a href='#'></a></body></html>"))
        for rule in ("image-alt", "html-has-lang", "link-name", "document-title"):
            self.assertIn(rule, found)

    def test_axe_finds_nothing_in_any_edition(self):
        with editions.Editions() as made:
            for name, path in [*made.all(), *editions.notices()]:
                html = editions.page(path)
                for width, dark in ((320, False), (1280, True)):
                    with self.subTest(name, width=width, dark=dark):
                        self.assertEqual(self.violations(html, width, dark), [])


if __name__ == "__main__":
    unittest.main()
