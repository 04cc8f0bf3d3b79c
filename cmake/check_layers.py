"""check-layers: every #include in src/ is one that src/LAYERS allows."""

import fnmatch
import pathlib
import re

import check_lib

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)

# The C library, POSIX and Linux: open to all. Any other <header> needs its row in LAYERS.
SYSTEM = set(
    """
    assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h
    math.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h
    stdio.h stdlib.h stdnoreturn.h string.h threads.h time.h uchar.h wchar.h wctype.h
    dirent.h endian.h fcntl.h fnmatch.h ftw.h getopt.h glob.h grp.h iconv.h ifaddrs.h
    langinfo.h libgen.h netdb.h poll.h pwd.h regex.h sched.h spawn.h strings.h sysexits.h
    syslog.h termios.h unistd.h wordexp.h
    """.split()
)
SYSTEM_FOLDERS = ("sys/", "net/", "netinet/", "arpa/", "linux/")


class Row:
    """One folder of LAYERS: what it may include, and who of its files may use foreign headers."""

    def __init__(self, text):
        name, _, rest = text.partition(":")
        allowed, _, foreign = rest.partition("|")
        self.name = name.strip()
        self.allowed = allowed.split()
        self.foreign = [tuple(pair.split()) for pair in foreign.split(";") if pair.strip()]


def known(allowed, rows):
    """Whether a row above has what a row allows: a folder, a header of one, or a folder of folders."""
    folders = set(rows) | {name.split("/")[0] for name in rows}
    return (str(pathlib.PurePosixPath(allowed).parent) if allowed.endswith(".h") else allowed) in folders


def read_layers(path):
    """The rows by folder, and the faults of the table itself (a row may name only rows above)."""
    rows, faults = {}, []
    for number, text in check_lib.table(path):
        row = Row(text)
        for allowed in row.allowed:
            if not known(allowed, rows):
                faults.append(f"{path}:{number}: {row.name} may not name {allowed}: not a row above")
        for pair in row.foreign:
            if len(pair) != 2:
                faults.append(f"{path}:{number}: expected `header file.c`, got `{' '.join(pair)}`")
        row.foreign = [pair for pair in row.foreign if len(pair) == 2]
        rows[row.name] = row
    return rows, faults


def own_fault(row, header):
    if "/" not in header:
        return f'"{header}" is not of the form "folder/file.h"'
    folder = str(pathlib.PurePosixPath(header).parent)
    names = {folder, folder.split("/")[0], header}
    if folder == row.name or names & set(row.allowed):
        return None
    return f"{row.name} may not include {header}"


def foreign_fault(row, filename, header):
    if header in SYSTEM or header.startswith(SYSTEM_FOLDERS):
        return None
    homes = [home for pattern, home in row.foreign if fnmatch.fnmatch(header, pattern)]
    if filename in homes:
        return None
    if homes:
        return f"<{header}> may stand in {row.name}/{' and '.join(homes)} only"
    return f"<{header}>: no foreign header that LAYERS gives to {row.name}"


def without_comments(text):
    """Include lines keep their "…" here, so only comments go."""
    return re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)


def check(root):
    src = root / "src"
    rows, faults = read_layers(src / "LAYERS")
    # main.c stands above all folders and only calls the command line.
    main = Row("main : cli")
    for path in check_lib.files(root, ["src"], {".c", ".h"}):
        folder = path.relative_to(src).parent.as_posix()
        row = rows.get(folder) if folder != "." else main
        if row is None:
            faults.append(f"{path}:1: folder {folder} has no row in {src / 'LAYERS'}")
            continue
        text = without_comments(path.read_text(encoding="utf-8"))
        for match in INCLUDE.finditer(text):
            own = match[1] == '"'
            fault = own_fault(row, match[2]) if own else foreign_fault(row, path.name, match[2])
            if fault:
                line = text.count("\n", 0, match.start()) + 1
                faults.append(f"{path}:{line}: {fault}")
    return faults


if __name__ == "__main__":
    check_lib.main(check)
