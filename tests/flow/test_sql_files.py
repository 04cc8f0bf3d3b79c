"""The named statements and the code that runs them know each other: every file is used, every name
that is asked for is there, and every file says what it is for."""

import re
import unittest

import tidings

SOURCE = tidings.SOURCE / "src"
SQL = SOURCE / "store" / "sql"

# The name is the second argument of td_query: a literal, or a choice between literals.
CALL = re.compile(r"\btd_query\s*\(\s*[^,()]+(?:\([^()]*\))?\s*,([^;]*?)\)\s*;")
LITERAL = re.compile(r'"([a-z0-9_]+)"')


def code():
    """path: text, of all C files."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.c"))}


class SqlFiles(unittest.TestCase):
    def test_every_statement_is_used(self):
        said = {name for text in code().values() for name in LITERAL.findall(text)}
        unused = sorted(path.stem for path in SQL.glob("*.sql") if path.stem not in said)
        self.assertEqual(unused, [])

    def test_every_statement_that_is_asked_for_is_there(self):
        missing = [f"{path.relative_to(SOURCE)}: {name}" for path, text in code().items()
                   for call in CALL.findall(text) for name in LITERAL.findall(call)
                   if not (SQL / f"{name}.sql").exists()]
        self.assertEqual(missing, [])

    def test_calls_are_found_at_all(self):
        found = [name for text in code().values() for call in CALL.findall(text)
                 for name in LITERAL.findall(call)]
        self.assertIn("id_reserve", found)
        self.assertIn("message_counts_edition", found)  # in a choice of two

    def test_every_file_says_what_it_is_for_and_holds_one_statement(self):
        for path in sorted(SQL.rglob("*.sql")):
            with self.subTest(file=path.name):
                text = path.read_text(encoding="utf-8")
                self.assertRegex(text, r"\A-- \S")
                self.assertNotIn(";", re.sub(r"--.*", "", text))

    def test_migrations_are_numbered_one_by_one_and_have_a_twin(self):
        folder = SOURCE / "store" / "migrations"
        names = sorted(path.name for path in folder.glob("*.sql"))
        self.assertEqual([int(name.split("-")[0]) for name in names],
                         list(range(1, len(names) + 1)))
        twins = sorted(path.name for path in (folder / "postgres").glob("*.sql"))
        self.assertEqual(twins, names)


if __name__ == "__main__":
    unittest.main()
