"""`tidings brief lint`: every fault of a broken edition is named with its rule and its place; an
edition without fault gets no finding."""

import base64
import re
import shutil
import unittest

import tidings

DATE = "2026-11-20"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7")

# Name of the case: the source, the rule that is to name it, the line, words of the finding.
BROKEN = {
    "a draft": ("---\ntitle: T\ndraft: true\n---\n\nWords.\n", "draft", 1, "draft"),
    "only an also-list": ("## Also today\n\n- One thing.\n", "nothing-to-send", 1, "nobody"),
    "front matter that does not parse": ("---\ntitle: [\n---\n\nWords.\n", "source", 2, ""),
    "bytes that are not UTF-8": (b"Words.\n\nMore \xff words.\n", "source", 3, "UTF-8"),
    "a topic nobody knows": ("Words.\n\n## Beds {.bedz}\n\nFull.\n", "source", 3, "bedz"),
    "a long subject": (f"---\nsubject: {'Five ' * 16}\n---\n\nWords.\n", "subject-long", 2,
                       "79 characters"),
    "a far too long subject": (f"---\nsubject: {'Five ' * 40}\n---\n\nWords.\n",
                               "subject-too-long", 2, "199 characters"),
    "a subject that shouts": ("---\nsubject: READ THIS NOW\n---\n\nWords.\n", "subject-capitals",
                              2, "capitals"),
    "no preheader": ("![A chart of beds](https://news.example/a.png)\n", "preheader-missing", 1, ""),
    "a preheader that is the subject": (
        "---\nsubject: Beds are full\npreheader: Beds are full\n---\n\nWords.\n",
        "preheader-same", 3, ""),
    "a heading without words": ("Words.\n\n##\n\nMore words.\n", "heading-empty", 3, ""),
    "a heading twice": ("Words.\n\n## Beds {.quality}\n\nFull.\n\n## Beds {.finance}\n\nDear.\n",
                        "heading-repeated", 7, "line 3"),
    "a section without a topic": ("Words.\n\n## Weather\n\nIt rained.\n", "topic-missing", 3,
                                  "Weather"),
    "a section nobody gets": ("Words.\n\n## Beds {.quality}\n\nFull.\n", "part-unread", 3, "Beds"),
    "an image without alternative text": (
        "Words.\n\nMore ![](https://news.example/a.png) words.\n", "image-alt", 3, ""),
    "a link without words": ("Words and [](https://news.example/).\n", "link-empty", 1, ""),
    "a link that says here": ("Words.\n\nRead it [here](https://news.example/).\n", "link-text", 3,
                              "here"),
    "a link that is not https": ("Words on [beds](http://news.example/).\n", "link-insecure", 1,
                                 "http://news.example/"),
    "one text, two places": (
        "[Beds](https://a.example/) and\n\n[beds](https://b.example/) are words.\n",
        "link-ambiguous", 3, "line 1"),
    "one place twice": (
        "[Beds](https://a.example/) and\n\n[wards](https://a.example/) are words.\n",
        "link-duplicate", 3, "line 1"),
    "a word too long": (f"Words.\n\n## Hats {{.quality}}\n\nThe {LONG_WORD}.\n", "word-long", 5,
                        "49 characters"),
    "a word twice": ("Words.\n\nIt is the the end.\n", "word-doubled", 3, "the"),
    "words that are not finished": ("Words.\n\nTODO: ask the trust.\n", "text-unfinished", 3,
                                    "TODO"),
    "a link to nowhere": ("Words on [beds](ftp://news.example/).\n", "source-warning", 1, "ftp"),
    "a page that Gmail cuts": ("\n\n".join(f"Paragraph {i} of many words. " * 20
                                           for i in range(180)) + "\n", "html-size", None, "kB"),
}
BROKEN_LIVE = {
    "entries out of order": ("5.32pm The end.\n\n6.10pm Later.\n\n4.00pm Before.\n\n"
                             "4.30pm Between.\n", "source-warning", 5, "back and forth"),
    "a reference to no entry": ("5.32pm The end (see 1.13pm).\n\n4.00pm Before.\n",
                                "source-warning", 1, "1.13pm"),
    "a briefing among live blogs": ("Only words.\n", "story-kind", 1, "briefing"),
}


class Lint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = tidings.Instance(port=9, now=f"{DATE}T06:00:00Z")
        cls.addClassCleanup(cls.instance.__exit__)
        config = cls.instance.dir / "conf" / "tidings.yaml"
        text = config.read_text(encoding="utf-8")
        text = text.replace("    PLACEHOLDER: your postal address,\n    on one line or several\n",
                            "    1 High Street, London N1 1AA\n")
        text = text.replace("  # company: ", "  company: ", 1)
        text = text.replace("# web:\n#   base_url: ", "web:\n  base_url: ", 1)
        config.write_text(text, encoding="utf-8")
        cls.clean_config = text

    def setUp(self):
        self.config = self.instance.dir / "conf" / "tidings.yaml"
        self.config.write_text(self.clean_config, encoding="utf-8")
        for folder in ("daily", "live", "weekly"):
            for path in (self.instance.dir / "briefings" / folder).iterdir():
                path.unlink()

    def lint(self, newsletter="daily", *more, broken=False):
        """The report; counts and exit status are held against its findings. broken: nothing can
        be made of the edition, so that no mail of it was judged."""
        done = self.instance.run("brief", "lint", newsletter, "--date", DATE, *more, "--json",
                                 check=False)
        report = tidings.json.loads(done.stdout)
        levels = [finding["level"] for finding in report["findings"]]
        self.assertEqual((report["errors"], report["warnings"]),
                         (levels.count("error"), levels.count("warning")))
        self.assertEqual(done.returncode, 1 if report["errors"] else 0, done.stderr)
        self.assertEqual((report["newsletter"], report["date"]), (newsletter, DATE))
        self.assertEqual(report["variants"] == 0, broken)
        return report

    def brief(self, newsletter, source, ending):
        path = self.instance.dir / "briefings" / newsletter / f"{DATE}.{ending}"
        path.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8"))
        return path

    def assert_named(self, report, path, rule, line, words):
        found = [f for f in report["findings"] if f["rule"] == rule]
        self.assertTrue(found, report["findings"])
        place = (str(path), line) if line else (None, None)
        self.assertIn(place, [(f["file"], f["line"]) for f in found])
        self.assertIn(words, " ".join(f["text"] for f in found))


class Samples(Lint):
    def test_samples_without_fault_get_no_finding(self):
        samples = {"daily-sample.md": "daily", "live-sample.txt": "live",
                   "weekly-sample.md": "weekly", "daily-pasted.txt": "daily"}
        for newsletter in ("daily", "live", "weekly"):
            self.instance.subscribe([{"email": "a@example.org", "topics": ""},
                                     {"email": "t@example.org", "topics": "finance quality",
                                      "format": "text"}], newsletter)
        for name, newsletter in samples.items():
            source = (tidings.SOURCE / "briefings" / name).read_bytes()
            path = self.brief(newsletter, source, name.rpartition(".")[2])
            with self.subTest(name):
                report = self.lint(newsletter)
                rules = [finding["rule"] for finding in report["findings"]]
                self.assertEqual(rules, ["topic-missing"] if "pasted" in name else [], report)
                self.assertGreaterEqual(report["variants"], 2)
                self.assertIsNone(report["note"])
            path.unlink()


    def test_an_edition_with_an_image_and_an_attachment_gets_no_finding(self):
        folder = self.instance.dir / "briefings" / "daily" / "files"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        (folder / "beds.gif").write_bytes(GIF)
        (folder / "Zoës figures.csv").write_text("ward,beds\nA,12\n", encoding="utf-8")
        self.brief("daily", "---\nattachments: [files/Zoës figures.csv]\n---\n\nWords.\n\n"
                   "![Twelve beds, eleven of them full](files/beds.gif)\n", "md")
        report = self.lint()
        self.assertEqual(report["findings"], [])


class Editions(Lint):
    def test_every_broken_edition_is_named_with_rule_and_place(self):
        self.instance.subscribe([{"email": "f@example.org", "topics": "finance"}])
        for name, (source, rule, line, words) in BROKEN.items():
            path = self.brief("daily", source, "md")
            with self.subTest(name):
                broken = rule in ("source", "nothing-to-send")
                self.assert_named(self.lint(broken=broken), path, rule, line, words)

    def test_every_broken_live_blog_is_named_with_rule_and_place(self):
        for name, (source, rule, line, words) in BROKEN_LIVE.items():
            path = self.brief("live", source, "txt")
            with self.subTest(name):
                self.assert_named(self.lint("live"), path, rule, line, words)

    def test_without_subscribers_it_says_what_was_not_judged(self):
        self.brief("live", "5.32pm The end.\n", "txt")
        self.assertIn("no subscribers", self.lint("live")["note"])

    def test_a_special_is_found_by_its_name(self):
        path = self.instance.dir / "briefings" / "daily" / f"{DATE}-budget.md"
        path.write_text("It is is here.\n", encoding="utf-8")
        report = self.lint("daily", "--name", "budget")
        self.assert_named(report, path, "word-doubled", 1, "is")

    def test_people_get_file_line_level_and_rule(self):
        path = self.brief("daily", "It is is here.\n", "md")
        done = self.instance.run("brief", "lint", "daily", "--date", DATE)
        self.assertIn(f"{path}:1: warning: ", done.stdout)
        self.assertIn("[word-doubled]", done.stdout)
        self.assertIn("0 errors, ", done.stdout)

    def test_an_edition_that_is_not_there_is_no_finding(self):
        done = self.instance.run("brief", "lint", "daily", "--date", DATE, check=False)
        self.assertEqual(done.returncode, 66)
        done = self.instance.run("brief", "lint", "dally", check=False)
        self.assertEqual(done.returncode, 66)


class Configuration(Lint):
    def test_a_publisher_who_cannot_be_written_to_is_named(self):
        self.brief("daily", "Words.\n", "md")
        self.config.write_text(self.clean_config.replace("1 High Street, London N1 1AA\n",
                                                         "PLACEHOLDER\n", 1), encoding="utf-8")
        found = {(f["rule"], f["level"]): f for f in self.lint()["findings"]}
        self.assertIn("postal_address", found["configuration", "warning"]["text"])

    def test_links_that_lead_nowhere_are_an_error_once_mail_can_leave(self):
        self.brief("daily", "Words.\n", "md")
        text = re.sub(r"^web:\n  base_url:.*\n", "", self.clean_config, flags=re.M)
        text = text.replace("127.0.0.1", "relay.example")
        self.config.write_text(text, encoding="utf-8")
        found = [f for f in self.lint(broken=True)["findings"] if f["level"] == "error"]
        self.assertEqual([f["rule"] for f in found], ["configuration"])
        self.assertIn("web.base_url", found[0]["text"])
        self.assertEqual(found[0]["file"], str(self.config))

    def test_colours_that_cannot_be_read_are_named(self):
        self.brief("daily", "Words.\n", "md")
        self.config.write_text(f"{self.clean_config}\ntheme:\n  accent: '#dddddd'\n",
                               encoding="utf-8")
        found = self.lint(broken=True)["findings"]
        self.assertEqual({f["rule"] for f in found if "contrast" in f["text"]},
                         {"configuration"})

    def test_a_subject_line_that_comes_out_empty_is_named(self):
        path = self.brief("daily", "![](https://news.example/a.png)\n", "md")
        self.config.write_text(self.clean_config.replace(
            '    # subject: "{{newsletter}}: {{headline}}"', '    subject: "{{headline}}"', 1),
            encoding="utf-8")
        self.assert_named(self.lint(), path, "subject-empty", 1, "")


class Templates(Lint):
    """What only an instance's own template can break; the mail itself is judged."""

    def own(self, name, text):
        path = self.instance.dir / "templates" / "mail" / f"{name}.mustache"
        path.write_text(text, encoding="utf-8")
        self.addCleanup(path.unlink)

    def rules(self):
        self.brief("daily", "Words.\n\n## Beds {.quality}\n\nFull beds.\n", "md")
        return {f["rule"]: f for f in self.lint()["findings"]}

    def test_a_template_that_leaves_words_out_of_one_part_is_named(self):
        self.own("section.html", "{{#also}}{{> blocks.html}}{{/also}}{{^also}}<h2>Beds</h2>{{/also}}")
        found = self.rules()
        self.assertIn("Full", found["parts-differ"]["text"] + found["parts-differ"]["variant"] +
                      str(found))
        self.assertEqual(found["parts-differ"]["variant"], "html, all topics")

    def test_a_tracking_pixel_is_named(self):
        self.own("footer.html", '<p><a href="{{unsubscribe}}">Unsubscribe</a>'
                 '<img src="https://track.example/1.gif" width="1" height="1" alt=""></p>')
        self.assertIn("track.example", self.rules()["tracking-pixel"]["text"])

    def test_headings_out_of_order_images_and_links_without_words_and_scripts_are_named(self):
        self.own("footer.html", '<h5>Foot</h5><img src="https://news.example/a.png">'
                 '<a href="https://news.example/"></a><a href="#no-such">Up</a>'
                 '<form></form><a href="{{unsubscribe}}">Unsubscribe</a>')
        self.assertLessEqual({"heading-order", "html-alt", "html-link", "anchor-missing",
                              "html-active"}, set(self.rules()))

    def test_colours_of_a_template_that_cannot_be_read_are_named(self):
        self.own("footer.html", '<p style="color:#cccccc">Pale</p>'
                 '<a href="{{unsubscribe}}">Unsubscribe</a>')
        self.assertIn('"Pale" in #cccccc', self.rules()["contrast"]["text"])

    def test_a_template_that_does_not_compile_is_named(self):
        self.own("footer.html", "{{#open}}")
        self.assertIn("footer.html:1", self.rules()["compose"]["text"])


class Manual(unittest.TestCase):
    def test_the_manual_explains_every_rule_and_no_other(self):
        tables = "".join(path.read_text(encoding="utf-8")
                         for path in sorted((tidings.SOURCE / "src").rglob("lint*.c")))
        rules = set(re.findall(r'\{"([a-z-]+)", TD_LINT_', tables))
        rules |= set(re.findall(r'\.rule = "([a-z-]+)"', tables))
        manual = (tidings.SOURCE / "docs" / "tidings-brief.md").read_text(encoding="utf-8")
        explained = set(re.findall(r"^`([a-z-]+)` \((?:error|warning)", manual, re.M))
        self.assertEqual(explained, rules)


if __name__ == "__main__":
    unittest.main()
