"""A publisher's own templates and look, from outside."""

import email
import email.policy
import unittest

import tidings

DAY = "2026-11-20"
WORDS = "Handovers were slower this week than in any week since the winter before last. "


class Templates(unittest.TestCase):
    def setUp(self):
        self.instance = tidings.Instance(9, now=f"{DAY}T06:00:00Z")
        self.addCleanup(self.instance.__exit__)
        self.instance.briefing("daily", f"{DAY}.txt", "One paragraph, for everyone who reads.\n")
        self.own = self.instance.dir / "templates" / "mail"

    def preview(self, newsletter="daily", check=True):
        return self.instance.run("brief", "preview", newsletter, "--date", DAY, "--json",
                                 check=check)

    def parts(self, newsletter="daily"):
        self.preview(newsletter)
        path = self.instance.dir / "preview" / f"{newsletter}-{DAY}.eml"
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return [mail.get_body(preferencelist=(kind,)).get_content()
                for kind in ("html", "plain")]

    def put(self, name, text):
        self.own.mkdir(parents=True, exist_ok=True)
        (self.own / f"{name}.mustache").write_text(text, encoding="utf-8")

    def test_a_file_of_the_directory_wins_over_the_built_in_one(self):
        self.put("footer.html", "<p>Ours: <a href=\"{{unsubscribe}}\">leave</a></p>\n")
        page, text = self.parts()
        self.assertIn("<p>Ours: <a href=", page)
        self.assertNotIn("Change what you get", page)
        self.assertIn("Change what you get", text)
        self.assertIn("One paragraph, for everyone who reads.", page)

    def test_a_faulty_template_is_named_with_its_line(self):
        for text, said in (("a\n{{#open}}\nb\n", "footer.html:2"),
                           ("a\n\n{{> nowhere.html}}\n", "footer.html:3"),
                           ("{{> footer.text}}\n", "footer.html:1"),
                           ("a {{unsubscribe\n", "footer.html:1")):
            self.put("footer.html", text)
            done = self.preview(check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr)
            self.assertFalse((self.instance.dir / "preview" / f"daily-{DAY}.eml").exists())

    def test_a_template_without_the_way_out_is_refused(self):
        self.put("footer.text", "Nothing to press.\n")
        done = self.preview(check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("template daily.text: no {{unsubscribe}} link", done.stderr)

    def test_the_look_changes_without_a_template(self):
        self.instance.configure("\ntopics:\n", '\ntheme:\n  accent: "#00558c"\n  accent_dark: '
                                '"#7cc4ff"\n  text_font: Verdana, sans-serif\n\ntopics:\n')
        self.instance.configure("    template: live\n", "    template: live\n    theme:\n"
                                '      accent: "#006600"\n')
        self.instance.briefing("live", f"{DAY}.txt", "5.32pm Late.\n\n4.10pm Earlier.\n")
        page, _ = self.parts()
        live, _ = self.parts("live")
        self.assertIn("color:#00558c", page)
        self.assertIn("Verdana, sans-serif", page)
        self.assertNotIn("Georgia", page)
        self.assertIn("color:#006600", live)
        self.assertIn("#7cc4ff !important", live)
        self.assertNotIn("#00558c", live)

    def test_a_briefing_of_1500_words_is_under_60_kb(self):
        paragraph = WORDS * 5
        sections = "\n\n".join(f"Section number {i}\n\n{paragraph}\n\n{paragraph}"
                               for i in range(12))
        source = f"{paragraph}\n\n{sections}\n"
        self.assertGreater(len(source.split()), 1500)
        self.instance.briefing("daily", f"{DAY}.txt", source)
        page, _ = self.parts()
        self.assertLess(len(page.encode()), 60_000)
        self.assertEqual(page.count("<h2"), 12)


if __name__ == "__main__":
    unittest.main()
