"""The source checks: each finds the fault it exists for, by file and line, and no other."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]

LAYERS = """# folder : may include | foreign
base  :            | openssl/* crypto.c
model : base       |
store : base model/message.h | sqlite3.h sqlite.c
cli   : base model store |
"""


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/LAYERS", LAYERS)
        self.write("cmake/banned.txt", (ROOT / "cmake/banned.txt").read_text())
        self.write(".clang-format", (ROOT / ".clang-format").read_text())

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def faults(self, name):
        """What the check says of the tree, file names relative to it."""
        run = subprocess.run([sys.executable, "-B", ROOT / f"cmake/check_{name}.py", self.root],
                             stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode == 77:
            self.skipTest(run.stdout.strip())
        lines = run.stdout.replace(f"{self.root}/", "").splitlines()
        self.assertEqual(lines[-1], f"{len(lines) - 1} faults")
        self.assertEqual(run.returncode, 1 if len(lines) > 1 else 0)
        return lines[:-1]

    def assert_one(self, name, start, contains=""):
        found = self.faults(name)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(start), found[0])
        self.assertIn(contains, found[0])


class Layers(Checks):
    def test_allowed_includes_pass(self):
        self.write("src/main.c", '#include "cli/cli.h"\n')
        self.write("src/base/crypto.c", '#include <openssl/evp.h>\n#include "base/crypto.h"\n')
        self.write("src/store/sqlite.c", '#include <sqlite3.h>\n#include <sys/stat.h>\n'
                                         '#include "model/message.h"\n')
        self.assertEqual(self.faults("layers"), [])

    def test_a_folder_above_is_refused(self):
        self.write("src/model/a.c", '/* two\n   lines */\n#include "store/store.h"\n')
        self.assert_one("layers", "src/model/a.c:3: ", "model may not include store/store.h")

    def test_one_allowed_header_does_not_open_its_folder(self):
        self.write("src/store/a.c", '#include "model/message.h"\n#include "model/story.h"\n')
        self.assert_one("layers", "src/store/a.c:2: ", "model/story.h")

    def test_a_header_without_its_folder_is_refused(self):
        self.write("src/base/a.c", '#include "err.h"\n')
        self.assert_one("layers", "src/base/a.c:1: ", "folder/file.h")

    def test_a_foreign_header_stays_in_its_one_file(self):
        self.write("src/store/store.h", "#include <sqlite3.h>\n")
        self.assert_one("layers", "src/store/store.h:1: ", "store/sqlite.c only")

    def test_an_unknown_foreign_header_is_refused(self):
        self.write("src/base/a.c", "#include <string.h>\n#  include <zlib.h>\n")
        self.assert_one("layers", "src/base/a.c:2: ", "<zlib.h>")

    def test_main_calls_the_command_line_only(self):
        self.write("src/main.c", '#include "store/store.h"\n')
        self.assert_one("layers", "src/main.c:1: ", "store/store.h")

    def test_a_folder_without_a_row_is_refused(self):
        self.write("src/extra/a.c", "")
        self.assert_one("layers", "src/extra/a.c:1: ", "no row")

    def test_a_row_may_not_name_a_row_below(self):
        self.write("src/LAYERS", "base : model |\nmodel : |\n")
        self.assert_one("layers", "src/LAYERS:1: ", "model")

    def test_an_include_in_a_comment_is_no_include(self):
        self.write("src/base/a.c", '/*\n#include "cli/cli.h"\n*/\n')
        self.assertEqual(self.faults("layers"), [])


def function_of(lines):
    """A C function of exactly so many lines, signature and braces included."""
    return "int td_long(int a)\n{\n" + "    a++;\n" * (lines - 4) + "    return a;\n}\n"


class Length(Checks):
    def test_sixty_lines_pass(self):
        self.write("src/base/a.c", "/* a */\n\n" + function_of(60))
        self.assertEqual(self.faults("length"), [])

    def test_sixty_one_lines_are_too_many(self):
        self.write("src/base/a.c", "/* a */\n\n" + function_of(61))
        self.assert_one("length", "src/base/a.c:3: src/base/a.c:td_long has 61 lines")

    def test_a_signature_of_two_lines_counts(self):
        text = function_of(60).replace("int td_long(int a)", "int td_long(int a,\n            int b)")
        self.write("tests/unit/base/test_a.c", text)
        self.assert_one("length", "tests/unit/base/test_a.c:1: ", "61 lines")

    def test_a_brace_in_a_literal_is_no_brace(self):
        text = function_of(20).replace("    a++;\n", '    "\\"{"; /*\n}\n*/ \'}\';\n', 1)
        self.write("src/base/a.c", text + "\n" + function_of(61))
        self.assert_one("length", "src/base/a.c:24: ", "61 lines")

    def test_files_have_their_limit(self):
        self.write("src/base/a.h", "\n" * 401)
        self.write("tests/unit/base/test_a.c", "\n" * 600)
        self.assert_one("length", "src/base/a.h:1: src/base/a.h has 401 lines, at most 400")

    def test_python_tests_have_their_limit(self):
        self.write("tests/flow/test_a.py", "\n" * 601)
        self.assert_one("length", "tests/flow/test_a.py:1: ", "at most 600")

    def test_an_exception_raises_one_limit(self):
        self.write("src/base/a.c", function_of(70))
        self.write("cmake/length-exceptions.txt", "src/base/a.c:td_long 70 one table\n")
        self.assertEqual(self.faults("length"), [])

    def test_an_exception_is_a_limit_too(self):
        self.write("src/base/a.c", function_of(71))
        self.write("cmake/length-exceptions.txt", "src/base/a.c:td_long 70 one table\n")
        self.assert_one("length", "src/base/a.c:1: ", "at most 70")

    def test_an_exception_needs_a_reason(self):
        self.write("cmake/length-exceptions.txt", "src/base/a.c 500\n")
        self.assert_one("length", "cmake/length-exceptions.txt:1: ", "reason")

    def test_an_exception_nobody_needs_is_a_fault(self):
        self.write("src/base/a.c", function_of(30))
        self.write("cmake/length-exceptions.txt", "# head\nsrc/base/a.c 500 once long\n")
        self.assert_one("length", "cmake/length-exceptions.txt:2: ", "needs no exception")


class Banned(Checks):
    def test_a_banned_call_is_found(self):
        self.write("src/base/a.c", "void f(char *a)\n{\n    strcpy (a, \"x\");\n}\n")
        self.assert_one("banned", "src/base/a.c:3: strcpy: no bound")

    def test_tests_are_read_too(self):
        self.write("tests/unit/base/test_a.c", "int a = atoi(\"1\");\n")
        self.assert_one("banned", "tests/unit/base/test_a.c:1: atoi: ")

    def test_every_name_of_the_table_is_found(self):
        rows = [line.split()[0] for line in (ROOT / "cmake/banned.txt").read_text().splitlines()
                if line and not line.startswith("#") and "@" not in line]
        self.write("src/base/a.c", "".join(f"int a = {name}(1);\n" for name in rows))
        found = self.faults("banned")
        self.assertEqual([line.split(": ")[:2] for line in found],
                         [[f"src/base/a.c:{n}", name] for n, name in enumerate(rows, 1)])
        for name in "strcpy strcat sprintf gets strtok atoi sscanf alloca system rand".split():
            self.assertIn(name, rows)

    def test_comments_literals_members_and_longer_names_are_no_calls(self):
        self.write("src/base/a.c", "/* gets(1) */ // rand(\nchar *s = \"sleep(1)\";\n"
                                   "int a = ops->sleep(1) + x.system(2) + td_rand(3) + snprintf(0);\n")
        self.assertEqual(self.faults("banned"), [])

    def test_a_row_may_name_the_one_file_that_calls(self):
        self.write("cmake/banned.txt", "popen : a shell; spawn\npopen @ src/base/a.c : reads a pipe\n")
        self.write("src/base/a.c", "int a = popen(1);\n")
        self.write("src/base/b.c", "int a = popen(1);\n")
        self.assert_one("banned", "src/base/b.c:1: popen: a shell; spawn")

    def test_a_row_without_a_reason_is_a_fault(self):
        self.write("cmake/banned.txt", "gets : no bound; getline\nrand\n")
        self.assert_one("banned", "cmake/banned.txt:2: ")


class Format(Checks):
    def test_formatted_files_pass(self):
        self.write("src/base/a.c", "int a(void)\n{\n    return 1;\n}\n")
        self.assertEqual(self.faults("format"), [])

    def test_other_files_are_named(self):
        self.write("src/base/a.c", "int a(void)\n{\n  return 1;\n}\n")
        self.assert_one("format", "src/base/a.c:2:", "clang-format")


if __name__ == "__main__":
    unittest.main()
