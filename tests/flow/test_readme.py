"""The commands of README.md's "Your first send", as a new reader types them one after the other."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import tidings
from sinks import PySink

BLOCK = re.search(r"## Your first send\n\n```\n(.*?)```",
                  (tidings.SOURCE / "README.md").read_text(encoding="utf-8"), re.S).group(1)


def commands():
    """The lines, without their remarks."""
    return [re.sub(r"\s+# .*", "", line) for line in BLOCK.splitlines()]


class FirstSend(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)
        (self.home / "build").mkdir()
        (self.home / "build" / "tidings").symlink_to(tidings.BINARY)

    def shell(self, lines):
        """What a shell says to them; the first that fails ends it."""
        env = dict(os.environ, HOME=str(self.home), EDITOR="true")
        done = subprocess.run(["sh", "-e", "-x", "-c", "\n".join(lines)], cwd=self.home, env=env,
                              text=True, capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_begins_with_a_relay_as_it_stands_there(self):
        self.shell(line for line in commands()
                   if "tidings init" in line or line.startswith("PATH="))

    def test_sends_the_sample_to_a_relay_that_is_there(self):
        news = self.home / "news"
        with PySink() as sink:
            lines = [re.sub(r"smtps://\S+", f"smtp://127.0.0.1:{sink.port}", line)
                     for line in commands() if not line.startswith("cmake ")]
            begun = next(n for n, line in enumerate(lines) if "init" in line) + 1
            self.shell(lines[:begun])
            shutil.copy(tidings.SOURCE / "subscribers" / "sample.csv", news / "people.csv")
            shutil.copy(tidings.SOURCE / "briefings" / "daily-sample.md", news / "today.md")
            # An hour at which the issue of that day is due and the sample's people have theirs.
            later = ["tidings() { command tidings --now 2026-11-20T12:00:00Z \"$@\"; }"]
            said = self.shell([lines[0], *later, *lines[begun:]])
            self.assertRegex(said, r"\b[1-9][0-9]* sent, 0 deferred, 0 failed")
            self.assertGreater(len(sink.mails), 0)


if __name__ == "__main__":
    unittest.main()
