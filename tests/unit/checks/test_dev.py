"""./dev and the summary that ends it, as someone at a terminal sees them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMANDS = ["demo", "test", "soak", "bench", "fuzz", "lint", "format"]

SUITE = """<testsuite><testcase name="a" status="run"/><testcase name="b" status="run"/>
<testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
<system-out>looking
skipped: no seeds here
</system-out></testcase>%s</testsuite>"""
FAILED = '<testcase name="d" status="fail"><failure message=""/></testcase>'


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tool(self, name, body):
        """Puts a tool of ours before the machine's own."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def dev(self, *args):
        env = dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}")
        return subprocess.run([ROOT / "dev", *args], cwd=self.folder, env=env, text=True,
                              capture_output=True, timeout=60, check=False)

    def test_alone_it_prints_help_that_names_every_command(self):
        for args in [], ["--help"]:
            run = self.dev(*args)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            for command in COMMANDS:
                self.assertIn(f"\n  {command} ", run.stdout)

    def test_an_unknown_command_is_a_usage_error(self):
        for args in ["tset"], ["test", "extra"], ["fuzz", "long"]:
            run = self.dev(*args)
            self.assertEqual((run.returncode, run.stdout), (64, ""))
            self.assertIn(args[-1], run.stderr)

    def test_no_install_names_what_is_missing_and_does_nothing(self):
        self.tool("dpkg-query", 'case $3 in cmake | clang-format) ;; *) echo "install ok installed" ;; esac')
        for tool in "apt-get", "sudo", "cmake", "clang-format":
            self.tool(tool, f"echo {tool} was run >&2; exit 99")
        for args in ["--no-install", "test"], ["test", "--no-install"]:
            run = self.dev(*args)
            self.assertEqual((run.returncode, run.stdout), (69, ""))
            self.assertEqual(run.stderr, "dev: missing Debian packages: cmake clang-format\n")
        run = self.dev("--no-install", "format")
        self.assertEqual(run.stderr, "dev: missing Debian packages: clang-format\n")

    def test_what_is_missing_is_installed_before_anything_is_built(self):
        self.tool("dpkg-query", 'case $3 in postfix) ;; *) echo "install ok installed" ;; esac')
        for tool in "apt-get", "debconf-set-selections", "cmake":
            self.tool(tool, f'echo {tool} "$@" >>"{self.folder}/log"; [ {tool} != cmake ]')
        self.tool("sudo", 'exec "$@"')
        self.assertEqual(self.dev("bench").returncode, 1)
        log = (self.folder / "log").read_text().splitlines()
        self.assertEqual([line.split()[0] for line in log],
                         ["apt-get", "debconf-set-selections", "apt-get", "cmake"])
        self.assertTrue(log[2].endswith(" --no-install-recommends postfix"), log[2])

    def summary(self, *suites):
        paths = [] if suites else [self.folder / "gone.xml"]
        for number, suite in enumerate(suites):
            path = self.folder / str(number) / "tests.xml"
            path.parent.mkdir()
            path.write_text(suite)
            paths.append(path)
        return subprocess.run([sys.executable, "-B", ROOT / "cmake/test_summary.py", *paths],
                              text=True, capture_output=True, check=False)

    def test_the_summary_adds_up_and_tells_why_tests_were_skipped(self):
        run = self.summary(SUITE % "", SUITE % "")
        self.assertEqual(run.returncode, 0)
        self.assertEqual(run.stdout.splitlines()[-1], "4 passed, 0 failed, 2 skipped")
        self.assertIn("/0: c: skipped: no seeds here", run.stdout)

    def test_the_summary_fails_with_one_failed_test(self):
        run = self.summary(SUITE % "", SUITE % FAILED)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stdout.splitlines()[-1], "4 passed, 1 failed, 2 skipped")
        self.assertIn("/1: d", run.stdout)

    def test_the_summary_fails_where_results_are_missing(self):
        self.assertEqual(self.summary().returncode, 1)
        self.assertEqual(self.summary("<testsuite/>").returncode, 1)


if __name__ == "__main__":
    unittest.main()
