"""check-length: functions of at most 60 lines, files of at most 400 (tests 600).

cmake/length-exceptions.txt raises a limit for one file (`path`) or function (`path:function`).
"""

import re

import check_lib

FUNCTION_MAX = 60
FILE_MAX = {"src": 400, "tests": 600}

# The formatter puts the brace that opens a function, and nothing else, alone in column 0.
_NAME = re.compile(r"(\w+)\s*\(")


def functions(text):
    """(name, first line, number of lines) of every function, its signature included."""
    lines = check_lib.code_only(text).split("\n")
    found = []
    opened = None
    for number, line in enumerate(lines):
        if line.rstrip() == "{" and opened is None:
            opened = signature_start(lines, number)
        elif line.startswith("}") and opened is not None:
            name = _NAME.search(" ".join(lines[opened:number]))
            found.append((name[1] if name else "?", opened + 1, number - opened + 1))
            opened = None
    return found


def signature_start(lines, brace):
    """The line where the signature that ends above brace begins."""
    start = brace
    while start > 0 and lines[start - 1].strip() and not lines[start - 1].startswith(("#", "}")):
        if lines[start - 1].rstrip().endswith(";"):
            break
        start -= 1
    return start


def read_exceptions(path):
    """{"path[:function]": (limit, line number)}, and the rows that give no reason."""
    limits, faults = {}, []
    for number, row in check_lib.table(path) if path.exists() else []:
        words = row.split(None, 2)
        if len(words) < 3 or not words[1].isdigit():
            faults.append(f"{path}:{number}: expected `path[:function] LINES reason`")
            continue
        limits[words[0]] = (int(words[1]), number)
    return limits, faults


def check(root):
    listed = root / "cmake" / "length-exceptions.txt"
    limits, faults = read_exceptions(listed)
    used = set()

    def judge(path, line, key, count, limit):
        if count <= limit:
            return
        used.add(key)
        allowed = limits.get(key, (limit, 0))[0]
        if count > allowed:
            faults.append(f"{path}:{line}: {key} has {count} lines, at most {allowed}")

    for folder, file_max in FILE_MAX.items():
        for path in check_lib.files(root, [folder], {".c", ".h", ".py"}):
            key = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            judge(path, 1, key, len(text.splitlines()), file_max)
            if path.suffix != ".py":
                for name, line, count in functions(text):
                    judge(path, line, f"{key}:{name}", count, FUNCTION_MAX)
    for key, (_, number) in limits.items():
        if key not in used:
            faults.append(f"{listed}:{number}: {key} needs no exception")
    return faults


if __name__ == "__main__":
    check_lib.main(check)
