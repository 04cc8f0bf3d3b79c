"""What the source checks share: which files to read, C without its comments, one way to end."""

import pathlib
import re
import sys

SKIPPED = 77  # ctest's SKIP_RETURN_CODE

# A comment, a string or a character constant; whichever begins first wins.
_NOT_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def files(root, folders, suffixes):
    """Every file below root/folder with one of the suffixes, sorted."""
    found = []
    for folder in folders:
        found += [p for p in (root / folder).rglob("*") if p.suffix in suffixes and p.is_file()]
    return sorted(found)


def code_only(text):
    """C source with comments and the insides of literals blanked; lines keep their numbers."""

    def blank(match):
        quote = match[0][0] if match[0][0] in "\"'" else " "
        return quote + re.sub(r"[^\n]", " ", match[0][1:-1]) + quote

    return _NOT_CODE.sub(blank, text)


def table(path):
    """The rows of a plain table file with their line numbers: no comments, no blank lines."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if line:
            rows.append((number, line))
    return rows


def main(check):
    """Runs check(root) -> list of "file:line: fault", prints them; exit 1 when there is one."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} SOURCE_DIR")
    faults = check(pathlib.Path(sys.argv[1]))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)
