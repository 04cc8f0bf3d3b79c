"""The last word of `./dev test`: reads ctest's JUnit files, prints why tests were skipped and
which failed, then one line of totals. Exit 1 when one failed, or a file is not there.

usage: test_summary.py DIR/tests.xml...
"""

import pathlib
import sys
import xml.etree.ElementTree


def reason(case):
    """The last line that a skipped test printed."""
    said = (case.findtext("system-out") or "").strip().splitlines()
    return said[-1].strip() if said else "(it gave no reason)"


def main(paths):
    passed, failed, skipped = 0, [], []
    for path in paths:
        build = pathlib.Path(path).parent.as_posix()
        try:
            suite = xml.etree.ElementTree.parse(path).getroot()
        except (OSError, xml.etree.ElementTree.ParseError) as fault:
            failed.append(f"{build}: no results: {fault}")
            continue
        for case in suite.iter("testcase"):
            name = f"{build}: {case.get('name')}"
            if case.get("status") == "run":
                passed += 1
            elif case.find("skipped") is not None and "SKIP" in case.find("skipped").get("message", ""):
                skipped.append(f"{name}: {reason(case)}")
            else:
                failed.append(name)
    print()
    for line in skipped:
        print(f"skipped  {line}")
    for line in failed:
        print(f"failed   {line}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
