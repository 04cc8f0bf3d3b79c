"""docs/TRAPS.md names a test for each trap: each of them is there."""

import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).parents[3]
PAGE = (SOURCE / "docs" / "TRAPS.md").read_text(encoding="utf-8")


class Page(unittest.TestCase):
    def test_every_test_that_is_named_is_there(self):
        named = re.findall(r"`([a-z]+/[\w/]+)(?:\.c|\.py)?: (\w+)`", PAGE)
        self.assertGreater(len(named), 40)
        for file, test in named:
            paths = [SOURCE / "tests" / f"{file}{ending}" for ending in (".c", ".py")]
            found = [path for path in paths if path.is_file()]
            self.assertEqual(len(found), 1, file)
            there = re.search(rf"(?m)^\s*(?:def|static void) {test}\(",
                              found[0].read_text(encoding="utf-8"))
            self.assertTrue(there, f"docs/TRAPS.md: {file}: {test} is gone; name what took its place")

    def test_every_complaint_has_a_row(self):
        numbers = [int(n) for n in re.findall(r"(?m)^\| (\d+) \|", PAGE)]
        self.assertEqual(numbers, list(range(1, 26)))


if __name__ == "__main__":
    unittest.main()
