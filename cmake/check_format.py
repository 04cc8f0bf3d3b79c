"""check-format: our C files are as clang-format 14 (the one of Debian 12) writes them."""

import re
import shutil
import subprocess
import sys

import check_lib

VERSION = 14  # another version formats the same file in another way


def unavailable():
    """Why this check cannot run here, or None."""
    tool = shutil.which("clang-format")
    if tool is None:
        return "clang-format is not installed"
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"version (\d+)", said)
    if version is None or int(version[1]) != VERSION:
        return f"clang-format {VERSION} wanted, found: {said.strip()}"
    return None


def check(root):
    """One fault a file: the first line that the formatter would change."""
    faults = []
    for path in check_lib.files(root, ["src", "tests"], {".c", ".h"}):
        run = subprocess.run(["clang-format", f"--style=file:{root / '.clang-format'}",
                              "--dry-run", "-Werror", path],
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            said = run.stderr.splitlines() or ["clang-format failed"]
            faults.append(f"{said[0]} (./dev format mends it)")
    return faults


if __name__ == "__main__":
    reason = unavailable()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(check_lib.SKIPPED)
    check_lib.main(check)
