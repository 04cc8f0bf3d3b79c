"""tidings bounce classify, from outside: real collections of bounces beside the source tree, scored
by their own program, and our own samples, whose truth stands beside them.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tidings

COLLECTIONS = tidings.SOURCE.parent / "shared" / "bounces"
FOLDERS = ["sisimai", "mailman", "bounceparser", "deltachat", "mailgem", "negatives"]


def classify(files, *more):
    """{file name: (recipients, status, kind)} of `bounce classify --tsv`, run far from an instance."""
    with tempfile.TemporaryDirectory(prefix="tidings-test-") as nowhere:
        done = tidings.run(["bounce", "classify", "--tsv", *more, *files], cwd=nowhere)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert all(len(row) == 4 for row in rows), rows
    return {pathlib.Path(row[0]).name: tuple(row[1:]) for row in rows}


class Command(unittest.TestCase):
    def test_an_ordinary_mail_is_a_line_of_nothing(self):
        with tempfile.TemporaryDirectory() as scratch:
            mail = pathlib.Path(scratch) / "mail.eml"
            mail.write_text("From: a@example.org\nTo: b@example.org\nSubject: hello\n\nHello.\n")
            self.assertEqual(classify([mail]), {"mail.eml": ("-", "-", "none")})

    def test_a_file_that_is_not_there_is_told_and_the_others_are_read(self):
        with tempfile.TemporaryDirectory() as scratch:
            mail = pathlib.Path(scratch) / "mail.eml"
            mail.write_text("Subject: hello\n\nHello.\n")
            done = tidings.run(["bounce", "classify", "--tsv", mail.parent / "absent", mail],
                               check=False)
            self.assertEqual(done.returncode, 66, done.stderr)
            self.assertIn("absent", done.stderr)
            self.assertEqual(done.stdout, f"{mail}\t-\t-\tnone\n")


if __name__ == "__main__":
    unittest.main()
