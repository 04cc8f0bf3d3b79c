"""check-banned: no call in src/ or tests/ of what cmake/banned.txt bans."""

import re

import check_lib


def read_banned(path):
    """{name: (text, {files that may call it})} and the faulty rows."""
    banned, faults = {}, []
    for number, row in check_lib.table(path):
        left, colon, why = row.partition(":")
        name, _, allowed = (word.strip() for word in left.partition("@"))
        if not colon or not why.strip() or not re.fullmatch(r"\w+", name):
            faults.append(f"{path}:{number}: expected `name : why; what instead`")
            continue
        text, files = banned.get(name, ("", set()))
        if allowed:
            files.add(allowed)
        banned[name] = (text if allowed else why.strip(), files)
    return banned, faults


def check(root):
    banned, faults = read_banned(root / "cmake" / "banned.txt")
    # A member of the same name (ops->sleep(…), x.system(…)) is no library call.
    call = re.compile(r"(?<![\w.])(?<!->)(" + "|".join(banned) + r")\s*\(")
    for path in check_lib.files(root, ["src", "tests"], {".c", ".h"}):
        name = path.relative_to(root).as_posix()
        code = check_lib.code_only(path.read_text(encoding="utf-8"))
        for match in call.finditer(code):
            why, allowed = banned[match[1]]
            if name not in allowed:
                line = code.count("\n", 0, match.start()) + 1
                faults.append(f"{path}:{line}: {match[1]}: {why}")
    return faults


if __name__ == "__main__":
    check_lib.main(check)
