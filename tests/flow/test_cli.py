"""The command line around the commands: no command, closed and full standard streams, help."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import tidings


def tty_columns(line):
    """Where the last column of a help line begins, in characters."""
    return re.match(r"  \S.*? {2,}", line).end()


class NoCommand(unittest.TestCase):
    def test_is_a_mistake_that_a_script_can_see(self):
        for words in [], ["--json"], ["--now", "queue"]:
            done = tidings.run(words, check=False)
            self.assertEqual((done.returncode, done.stdout), (64, ""), words)
            self.assertIn("usage: tidings", done.stderr)

    def test_but_not_when_help_or_version_is_asked(self):
        for words in ["--help"], ["--version"], ["queue", "--help"], ["queue", "list", "--help"]:
            done = tidings.run(words)
            self.assertEqual(done.stderr, "", words)
            self.assertIn("tidings", done.stdout)

    def test_lines_of_the_help_stand_below_one_another(self):
        lines = tidings.run(["--help"]).stdout.split("\n\n")[1].splitlines()
        self.assertGreater(len(lines), 20)
        starts = {tty_columns(line) for line in lines if re.match(r"  \S.*\S {2,}\S", line)}
        self.assertEqual(len(starts), 1, lines)


class StandardStreams(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        self.addCleanup(scratch.cleanup)
        self.dir = Path(scratch.name) / "d"

    def shell(self, line):
        return subprocess.run(["sh", "-c", line], text=True, capture_output=True, timeout=60,
                              env=dict(os.environ, T=str(tidings.BINARY), D=str(self.dir)),
                              check=False)

    def test_a_full_one_is_an_error_of_every_command(self):
        tidings.run(["init", self.dir, "--domain", tidings.DOMAIN])
        for command in "--help", "--version", "queue --help", "-C $D queue stats --json":
            done = self.shell(f'"$T" {command} >/dev/full')
            self.assertEqual(done.returncode, 74, command)
            self.assertIn("standard output: No space left", done.stderr)

    def test_a_closed_one_is_an_error_and_nothing_is_printed_into_files(self):
        done = self.shell('"$T" init "$D" --domain news.example <&- >&- 2>&-')
        self.assertEqual(done.returncode, 74)
        for path in self.dir.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"is ready", path.read_bytes(), path)
        for command in "queue stats", "queue list --json", "check":
            done = self.shell(f'"$T" -C "$D" {command} >&-')
            self.assertEqual(done.returncode, 74, command)
            self.assertIn("standard output: Bad file descriptor", done.stderr)

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([tidings.BINARY, "--help"], stdout=writer, stderr=subprocess.PIPE,
                              timeout=60, check=False)
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
