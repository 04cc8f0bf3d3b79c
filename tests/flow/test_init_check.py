"""`tidings init` makes a directory that is ready and private; `tidings check` says what is wrong
with one, with file, line and key, and touches nothing."""

import json
import os
import pathlib
import re
import stat
import tempfile
import time
import unittest

import tidings

CONFIG = "conf/tidings.yaml"
REFERENCE = (tidings.SOURCE / CONFIG).read_text(encoding="utf-8")
COMMENTED_KEY = re.compile(r"^( *)# (( *)(- )?[a-z_]+:( .*)?)$", re.M)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        self.addCleanup(scratch.cleanup)
        self.top = pathlib.Path(scratch.name)
        self.dir = self.top / "d"
        os.umask(0o022)

    def init(self, *options):
        tidings.run(["init", self.dir, *options])

    def check(self, text=None):
        """The findings of `check --json`, by key path; the exit status is held against them."""
        if text is not None:
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (self.dir / CONFIG).write_bytes(data)
        done = tidings.run(["-C", self.dir, "check", "--json"], check=False)
        found = json.loads(done.stdout)
        self.assertEqual(done.returncode, 78 if found["errors"] else 0, done.stdout)
        self.assertEqual(found["errors"] + found["warnings"], len(found["faults"]))
        return {fault["path"]: fault for fault in found["faults"]}

    def assert_error(self, faults, path, text):
        self.assertIn(path, faults)
        self.assertEqual(faults[path]["level"], "error")
        self.assertIn(text, faults[path]["text"])


class Init(Scratch):
    def test_makes_a_directory_that_passes_its_check_with_what_to_fill_in(self):
        self.init("--domain", "news.example", "--relay", "smtp://127.0.0.1:2525")
        faults = self.check()
        self.assertEqual({fault["level"] for fault in faults.values()}, {"warning"})
        self.assertEqual(set(faults),
                         {"publisher.postal_address", "publisher.company", "web.base_url"})
        for name in ("templates/mail", "subscribers/incoming", "queue", "briefings/daily",
                     "briefings/live", "briefings/weekly"):
            self.assertTrue((self.dir / name).is_dir(), name)

    def test_the_options_are_in_the_file(self):
        self.init("--domain", "news.example", "--relay", "smtp://127.0.0.1:2525",
                  "--database", "sqlite:queue/it's #1: queue.db")
        text = (self.dir / CONFIG).read_text(encoding="utf-8")
        self.assertIn("\ndomain: news.example\n", text)
        self.assertIn("\n    url: smtp://127.0.0.1:2525\n", text)
        self.assertIn("\ndatabase: 'sqlite:queue/it''s #1: queue.db'\n", text)
        self.assertNotIn("example.org", text)
        self.assertTrue(all(f["level"] == "warning" for f in self.check().values()))

    def test_a_domain_of_any_alphabet_is_written_into_addresses_as_it_is(self):
        self.init("--domain", "bücher.example")
        text = (self.dir / CONFIG).read_text(encoding="utf-8")
        self.assertIn("\ndomain: bücher.example\n", text)
        self.assertIn("from_address: daily@bücher.example\n", text)
        self.assertTrue(all(f["level"] == "warning" for f in self.check().values()))

    def test_without_options_check_asks_for_the_domain(self):
        self.init()
        self.assertIn("write your own", self.check()["domain"]["text"])

    def test_keys_are_private_even_under_a_generous_umask(self):
        os.umask(0)
        self.init()
        self.assertEqual(mode(self.dir / "conf/keys"), 0o700)
        keys = sorted((self.dir / "conf/keys").iterdir())
        self.assertEqual([key.name for key in keys],
                         ["address.key", "message.key", "token-1.key", "verp.key"])
        for key in keys:
            self.assertEqual(mode(key), 0o600)
            self.assertRegex(key.read_text(), r"\A[0-9a-f]{64}\n\Z")
        self.assertEqual(mode(self.dir / "queue"), 0o700)
        self.assertEqual(mode(self.dir / "subscribers"), 0o700)
        self.assertEqual(mode(self.dir / CONFIG), 0o644)

    def test_a_second_time_is_refused_and_changes_nothing(self):
        self.init()
        before = {p: p.read_bytes() for p in self.dir.rglob("*") if p.is_file()}
        done = tidings.run(["init", self.dir, "--domain", "other.example"], check=False)
        self.assertEqual(done.returncode, 73)
        self.assertIn("conf/tidings.yaml", done.stderr)
        self.assertEqual(before, {p: p.read_bytes() for p in self.dir.rglob("*") if p.is_file()})

    def test_an_init_that_was_cut_short_can_be_run_again_and_keeps_the_keys(self):
        self.init()
        key = (self.dir / "conf/keys/verp.key").read_text()
        (self.dir / CONFIG).unlink()
        self.init()
        self.assertEqual((self.dir / "conf/keys/verp.key").read_text(), key)

    def test_wrong_options_make_nothing(self):
        for option, value in (("--relay", "127.0.0.1:25"), ("--relay", "smtp://host"),
                              ("--domain", "no dot"), ("--database", "mysql:x"),
                              ("--database", "sqlite:a\nb"), ("--database", b"sqlite:\xff"),
                              ("--domain", "")):
            done = tidings.run(["init", self.dir, option, value], check=False)
            self.assertEqual(done.returncode, 64, (option, value))
            self.assertIn(option, done.stderr)
            self.assertFalse(self.dir.exists())

    def test_a_relay_elsewhere_waits_for_what_the_law_asks(self):
        self.init("--domain", "news.example", "--relay", "smtp://mail.example:587")
        faults = self.check()
        self.assert_error(faults, "publisher.postal_address", "placeholder")
        self.assert_error(faults, "web.base_url", "not set")


class Reference(Scratch):
    """conf/tidings.yaml is the reference: it and the schema say the same."""

    def setUp(self):
        super().setUp()
        self.init()

    def test_every_key_behind_a_hash_is_known(self):
        text, count = COMMENTED_KEY.subn(r"\1\2", REFERENCE)
        self.assertGreater(count, 15)
        for path, fault in self.check(text).items():
            self.assertNotIn("unknown key", fault["text"], path)
            self.assertNotIn("not YAML", fault["text"], path)

    def test_every_key_of_the_schema_is_in_the_reference(self):
        text = COMMENTED_KEY.sub(r"\1\2", REFERENCE)
        marks = {"": "domain: ", "publisher.": "  postal_address: |", "web.": "  base_url: ",
                 "relays[0].": "    url: smtp",
                 "bounce.": "  accept_for: ", "bounces[0].": "    url: imaps", "retry.": "  first: ", "topics[0].": "    title: ",
                 "theme.": "  accent: ", "newsletters[0].": "    kind: briefing"}
        for base, mark in marks.items():
            at = text.index("\n" + mark) + 1
            indent = re.match(" *", mark)[0]
            changed = f"{text[:at]}{indent}zzzzzzzz: 1\n{text[at:]}"
            fault = self.check(changed)[f"{base}zzzzzzzz"]
            self.assertEqual(fault["line"], text.count("\n", 0, at) + 1)
            known = fault["text"].split("known here: ")[1].split(", ")
            for key in known:
                pattern = rf"^{indent[2:]}(  |- ){key}:" if indent else rf"^{key}:"
                self.assertRegex(text, re.compile(pattern, re.M), f"{base}{key}")

    def test_without_a_required_key_check_names_it(self):
        rows = {"domain": r"domain: .*\n", "relays": r"relays:\n(?:  .*\n|\n)*",
                "newsletters": r"newsletters:\n(?:  .*\n|\n)*",
                "relays[0].url": r"    url: .*\n",
                "publisher.postal_address": r"  postal_address: .*\n(?:    .*\n)*"}
        for key in ("title", "kind", "from_address", "zone", "at", "valid_for", "template"):
            rows[f"newsletters[0].{key}"] = rf"    {key}: .*\n"
        head, letters = REFERENCE.split("\nnewsletters:\n")
        for path, pattern in rows.items():
            if path.startswith("newsletters[0]"):
                text, count = re.subn(f"^{pattern}", "", letters, count=1, flags=re.M)
                text = f"{head}\nnewsletters:\n{text}"
            else:
                text, count = re.subn(f"^{pattern}", "", REFERENCE, count=1, flags=re.M)
            self.assertEqual(count, 1, path)
            if path == "publisher.postal_address":  # a newsletter may have its own instead
                path = "newsletters[0].postal_address"
                text = text.replace("publisher:\n", "")
            self.assert_error(self.check(text), path, "missing")
        text = re.sub(r"  - name: daily\n", "  - language: en\n", REFERENCE)
        self.assert_error(self.check(text), "newsletters[0].name", "missing")


class Check(Scratch):
    def setUp(self):
        super().setUp()
        self.init("--domain", "news.example")

    def test_text_is_one_line_a_finding_as_compilers_write_it(self):
        text = REFERENCE.replace("zone: Europe/London", "zone: Europe/Lodnon", 1)
        (self.dir / CONFIG).write_text(text, encoding="utf-8")
        line = text[:text.index("Lodnon")].count("\n") + 1
        done = tidings.run(["-C", self.dir, "check"], check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"{self.dir}/{CONFIG}:{line}: error: newsletters[0].zone: ", done.stdout)
        self.assertRegex(done.stdout, r"\n1 error, \d+ warnings\n\Z")

    def test_another_file_can_be_named(self):
        other = self.top / "other.yaml"
        other.write_text("domain: news.example\n", encoding="utf-8")
        done = tidings.run(["-C", self.dir, "-c", other, "check"], check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"{other}:1: error: relays: this key is missing", done.stdout)

    def test_a_key_that_others_may_read_is_a_fault(self):
        key = self.dir / "conf/keys/token-1.key"
        key.chmod(0o644)
        self.assert_error(self.check(), "", "token-1.key: mode 644")
        key.unlink()
        self.assert_error(self.check(), "", "no token-N.key")

    def test_a_password_that_others_may_read_is_a_fault_and_is_not_shown(self):
        secret = self.dir / "conf/keys/relay"
        secret.write_text("s3cret\n", encoding="utf-8")
        text = REFERENCE.replace("    # user: tidings\n", "    user: tidings\n").replace(
            "    # password_file: conf/keys/relay-password\n",
            "    password_file: conf/keys/relay\n")
        secret.chmod(0o640)
        faults = self.check(text)
        self.assert_error(faults, "relays[0].password_file", "mode 640")
        self.assertNotIn("s3cret", json.dumps(faults))
        secret.chmod(0o600)
        self.assertNotIn("relays[0].password_file", self.check())

    def test_a_template_of_the_instance_is_compiled(self):
        own = self.dir / "templates/mail/daily.html.mustache"
        own.write_text("<p>\n{{#open}}\n", encoding="utf-8")
        self.assert_error(self.check(), "newsletters[0].template", "daily.html:")
        own.write_text("{{>no-such-part.html}}\n", encoding="utf-8")
        self.assert_error(self.check(), "newsletters[0].template", "no-such-part.html")
        own.write_text("<p>{{headline}} <a href=\"{{unsubscribe}}\">leave</a></p>\n", encoding="utf-8")
        self.assertNotIn("newsletters[0].template", self.check())

    def test_what_assembling_would_refuse_in_a_template_is_found(self):
        own = self.dir / "templates/mail/daily.html.mustache"
        own.write_text("{{> daily.html}}")
        self.assert_error(self.check(), "newsletters[0].template", "nest too deep")
        own.write_text("<p>no link</p>")
        self.assert_error(self.check(), "newsletters[0].template", "no {{unsubscribe}} link")

    def test_a_database_that_is_none_is_a_fault(self):
        (self.dir / "queue/tidings.db").write_bytes(b"no database at all" * 100)
        self.assert_error(self.check(), "database", "")

    def test_a_database_that_cannot_be_made_is_a_fault(self):
        text = REFERENCE.replace("sqlite:queue/tidings.db", "sqlite:nowhere/tidings.db")
        self.assert_error(self.check(text), "database", "nowhere")

    def test_makes_nothing(self):
        before = sorted(self.dir.rglob("*"))
        self.check()
        self.assertEqual(before, sorted(self.dir.rglob("*")))

    def test_line_ends_of_windows_are_fine(self):
        faults = self.check(REFERENCE.replace("\n", "\r\n"))
        self.assertTrue(all(fault["level"] == "warning" for fault in faults.values()), faults)

    def test_files_that_are_no_configuration_are_faults_with_a_line(self):
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        for text, line, said in ((b"", 1, "empty"), (b"\x7fELF\0\0\xff", 1, "not YAML"),
                                 (b"#" * 10_000_000, None, "larger"), (bomb, 1, "anchor"),
                                 ("[" * 900_000, 1, "nested too deep"),
                                 ("? " * 400_000, 1, ""), ("a: " * 300_000, 1, "not YAML"),
                                 ("- " * 400_000, 1, "nested too deep"),
                                 ("domain: \"" + "x" * 900_000, None, "not YAML"),
                                 ("k: v\n" * 150_000, 1, "unknown key")):
            start = time.monotonic()
            (self.dir / CONFIG).write_bytes(text if isinstance(text, bytes) else text.encode())
            done = tidings.run(["-C", self.dir, "check", "--json"], check=False)
            self.assertEqual(done.returncode, 78)
            self.assertLess(time.monotonic() - start, 20, text[:20])
            fault = json.loads(done.stdout)["faults"][0]
            self.assertIn(said, fault["text"])
            if line:
                self.assertEqual(fault["line"], line, fault)


if __name__ == "__main__":
    unittest.main()
