"""How fast bounces are classified, beside Python's email, which only parses the same files."""

import email
import pathlib
import time

import tidings

REPEAT = 40  # of the files in one process, so that its start does not count for much


def files():
    """The real collections beside the source tree, or our own samples."""
    found = sorted((tidings.SOURCE.parent / "shared" / "bounces").glob("*/*.eml"))
    return found or sorted((tidings.SOURCE / "tests" / "data" / "bounces").glob("*.eml"))


def by_python(mails):
    """Processor seconds a mail to read and parse them."""
    begun = time.process_time()
    for path in mails:
        with pathlib.Path(path).open("rb") as mail:
            email.message_from_binary_file(mail)
    return (time.process_time() - begun) / len(mails)


def by_tidings(run, mails):
    """Processor seconds a mail to read, parse, judge and print them, the start of the process
    included. run(command) returns what has .cpu."""
    many = mails * REPEAT
    return run([tidings.BINARY, "bounce", "classify", "--tsv", *many]).cpu / len(many)


def figures(run, figure):
    mails = files()
    here, there = [], []
    for _ in range(3):
        here.append(by_tidings(run, mails))
        there.append(by_python(mails))
    yield figure("bounces", min(there) / min(here), ">=", 20, files=len(mails),
                 microseconds_per_mail=round(min(here) * 1e6, 1),
                 beside={"what": "Python's email, parsing only",
                         "microseconds_per_mail": round(min(there) * 1e6, 1)})
