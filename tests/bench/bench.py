"""`./dev bench`: what tidings costs beside the plainest tool that does the same, in one run.

One JSON document on stdout, talk on stderr. Machines are noisy, so every figure is a ratio to a
reference measured next to it; of several rounds the best of each side counts. The targets are
numbers to reach, not a pass or fail: the exit status tells only whether all could be measured.
"""

import argparse
import email
import email.message
import email.policy
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import bounces
import choices
import growth
import schedule
import sinks
import tidings
import wire
from measure import (Run, beside_insert, bytes_per_row, command, expect, figure, query, sqlite,
                     talk)
from scene import DATES, database, import_people, new_instance, write_people

SESSIONS = [1, 2, 4, 8, 16, 32, 64]
VARIANTS = 300
SOURCE_MESSAGES_MAX = 100_000  # smtp-source keeps its pace; more would only take time


def message_size():
    """Mean size on the wire of one message of each variant: what smtp-source has to send too."""
    with sinks.SmtpSink(dump=True) as sink, new_instance(sink.port) as instance:
        people = instance.dir / "sample.csv"
        write_people(people, 16)
        import_people(instance, people)
        command(instance, f"{DATES[0]}T07:00:00Z", "edition", "assemble", "daily",
                "--date", DATES[0])
        command(instance, f"{DATES[0]}T07:00:01Z", "send", "--drain")
        sizes = [len(mail.content) + mail.content.count(b"\n") for mail in sink.mails()]
    if len(sizes) != 16:
        sys.exit(f"bench: 16 messages sent, {len(sizes)} arrived")
    return sum(sizes) // len(sizes)


# ---- the references --------------------------------------------------------------------------

# The CSV's columns in one table with the keys and indexes of subscriber, subscription and consent.
# Those by number are by the number in the address here.
NUMBER = "CAST(substr(email, 7, 7) AS INTEGER)"
IMPORT_TABLE = f"""
CREATE TABLE people (email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, topics TEXT NOT NULL,
                     format TEXT NOT NULL);
CREATE UNIQUE INDEX subscriber_key ON people ({NUMBER});
CREATE UNIQUE INDEX subscription_key ON people (1, {NUMBER});
CREATE UNIQUE INDEX consent_key ON people ({NUMBER});
CREATE INDEX consent_by_subscriber ON people ({NUMBER}, 1, {NUMBER});
"""


def beside_import(scratch, people):
    """sqlite3's own .import of the same file."""
    target = scratch / "import.db"
    sqlite(target, IMPORT_TABLE)
    run = sqlite(target, f".import --csv --skip 1 '{people}' people\n")
    target.unlink()
    return run


def beside_send(port, count, size):
    """smtp-source over all numbers of sessions: [(sessions, messages/s, cpu seconds/message)]."""
    count = min(count, SOURCE_MESSAGES_MAX)
    runs = []
    for sessions in SESSIONS:
        run = Run([tidings.tool("smtp-source"), "-d", "-s", str(sessions), "-m", str(count),
                   "-l", str(size), "-M", "bench.example", "-f", "bounces@news.example",
                   "-t", "reader@d1.example", f"127.0.0.1:{port}"])
        runs.append((sessions, count / run.seconds, run.cpu / count))
    return runs


# ---- the figures -----------------------------------------------------------------------------

class Rounds:
    """All that is measured, in the order in which it happens to an instance."""

    def __init__(self, count):
        self.count = count
        self.assemble, self.insert, self.send, self.source = [], [], [], []
        self.row_bytes, self.largest = 0, 0.0

    def imports(self, scratch, instance):
        people = scratch / "people.csv"
        write_people(people, self.count)
        talk(f"importing {self.count} people")
        self.importing = import_people(instance, people)
        self.import_beside = beside_import(scratch, people)
        self.seen(self.importing)
        expect(self.importing, added=self.count)

    def edition(self, scratch, instance, sink, date, size):
        talk(f"edition of {date}: assemble, send, and beside them sqlite3, smtp-source")
        run = command(instance, f"{date}T07:00:00Z", "edition", "assemble", "daily", "--date", date)
        expect(run, messages=self.count)
        self.seen(run)
        self.assemble.append(run)
        number = query(database(instance), f"SELECT id FROM edition WHERE date = '{date}'")[0]["id"]
        self.insert.append(beside_insert(scratch, database(instance), number))
        self.row_bytes = max(self.row_bytes, bytes_per_row(database(instance), "message"))
        run = command(instance, f"{date}T07:00:01Z", "send", "--drain")
        expect(run, sent=self.count)
        self.seen(run)
        self.send.append(run)
        self.row_bytes = max(self.row_bytes, bytes_per_row(database(instance), "message"))
        self.source += beside_send(sink.port, self.count, size)

    def seen(self, run):
        self.largest = max(self.largest, run.rss_mb)

    def best_source(self):
        return max(rate for _, rate, _ in self.source)

    def figures(self, instance, size):
        seconds = min(run.seconds for run in self.send)
        cpu = min(run.cpu for run in self.send) / self.count
        sessions, best, best_cpu = max(self.source, key=lambda run: run[1])
        assemble = min(run.seconds for run in self.assemble)
        insert = min(run.seconds for run in self.insert)
        here, there = self.importing.seconds, self.import_beside.seconds
        yield figure("delivery", self.count / seconds / best, ">=", 1.0, message_bytes=size,
                     messages_per_second=round(self.count / seconds),
                     beside={"what": "the best smtp-source -d", "sessions": sessions,
                             "messages_per_second": round(best)})
        yield figure("delivery-cpu", cpu / best_cpu, "<=", 1.5,
                     microseconds_per_message=round(cpu * 1e6, 1),
                     beside={"what": "the same smtp-source run",
                             "microseconds_per_message": round(best_cpu * 1e6, 1)})
        yield figure("fan-out", assemble / insert, "<=", 3, seconds=round(assemble, 3),
                     beside={"what": "one INSERT … SELECT into a table of the same columns, "
                             "keys and indexes", "seconds": round(insert, 3)})
        yield figure("import", here / there, "<=", 3, seconds=round(here, 3),
                     beside={"what": "sqlite3 .import into one table of the same keys and indexes",
                             "seconds": round(there, 3)})
        yield figure("memory", self.largest, "<=", 48, unit="MB",
                     what="largest resident set of any process over import, assemble, send")
        yield figure("message-row", self.row_bytes, "<=", 64, unit="bytes",
                     what="queued or sent, indexes included",
                     attempt_bytes=bytes_per_row(database(instance), "attempt"))


# ---- building mails ----------------------------------------------------------------------------

def python_mail(mail):
    """The same mail once more, by Python's email: its headers and its decoded parts."""
    built = email.message.EmailMessage(policy=email.policy.SMTP)
    for name in ("From", "Subject", "List-Id", "Auto-Submitted", "Precedence"):
        built[name] = mail[name]
    built.set_content(mail.get_body(("plain",)).get_content(), cte="quoted-printable")
    built.add_alternative(mail.get_body(("html",)).get_content(), subtype="html",
                          cte="quoted-printable")
    return built


def variants():
    """Seconds to build 300 variants of one edition, by tidings (rendering included) and by
    Python's email (from parts that are there); bytes of one."""
    tool = pathlib.Path(os.environ["TD_BUILD"]) / "tests" / "bench_variants"
    run = subprocess.run([tool, str(VARIANTS)], capture_output=True, check=True)
    mails = [email.message_from_bytes(mail, policy=email.policy.default)
             for mail in run.stdout.split(b"\r\n.\r\n")[:-1]]
    assert len(mails) == VARIANTS
    built = [python_mail(mail) for mail in mails]
    begun = time.monotonic()
    for mail in built:
        python_mail(mail).as_bytes()
    return json.loads(run.stderr)["seconds"], time.monotonic() - begun, len(run.stdout) // VARIANTS


def variant_figures(here, there, size):
    yield figure("variant", here / VARIANTS * 1000, "<=", 5, unit="ms", message_bytes=size,
                 what="one variant of an edition, rendered and built")
    yield figure("variants-300", here / there, "<=", 1.0, seconds=round(here, 3),
                 beside={"what": "the same 300 mails built by Python's email from rendered parts",
                         "seconds": round(there, 3)})


def options():
    words = argparse.ArgumentParser(description="tidings beside plain tools; JSON on stdout")
    words.add_argument("--n", type=int, default=int(os.environ.get("TD_BENCH_N", "20000")),
                       help="subscribers (20000; the numbers to reach are for 1000000)")
    words.add_argument("--rounds", type=int, default=3, choices=range(1, len(DATES) + 1))
    words.add_argument("--choices", type=int, metavar="N",
                       help="subscribers of whom hardly two chose the same (five times --n)")
    words.add_argument("--growth", metavar="N,N…",
                       help="numbers of subscribers to compare (half of --n and five times it)")
    words.add_argument("--latency-rounds", type=int, default=60, metavar="N",
                       help="messages of each of the 200 sessions with slow replies (60)")
    words.add_argument("--full", action="store_true",
                       help="--n 1000000 --choices 1000000 --growth 10000,100000,1000000")
    chosen = words.parse_args()
    if chosen.full:
        chosen.n, chosen.choices, chosen.growth = 1_000_000, 1_000_000, "10000,100000,1000000"
    chosen.choices = chosen.choices or 5 * chosen.n
    chosen.growth = [int(n) for n in (chosen.growth or f"{chosen.n // 2},{5 * chosen.n}").split(",")]
    return chosen


def main():
    chosen = options()
    tidings.need("smtp-sink", "smtp-source", "sqlite3", "openssl")
    Run.limit += max(chosen.n, chosen.choices, *chosen.growth) // 1000
    rounds = Rounds(chosen.n)
    size = message_size()
    talk(f"messages are of {size} bytes")
    with (tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder,
          sinks.SmtpSink(counts=False) as sink, new_instance(sink.port) as instance):
        scratch = pathlib.Path(folder)
        rounds.imports(scratch, instance)
        for date in DATES[:chosen.rounds]:
            rounds.edition(scratch, instance, sink, date, size)
        here, there, built = variants()
        figures = [*rounds.figures(instance, size), *variant_figures(here, there, built),
                   *wire.signed(scratch, chosen.n, rounds.best_source()),
                   *wire.slow(scratch, chosen.latency_rounds),
                   *choices.figures(scratch, chosen.choices, here / VARIANTS),
                   *growth.figures(scratch, chosen.growth), *bounces.figures(Run, figure),
                   *schedule.figures()]
    result = {"bench": 1, "subscribers": chosen.n, "rounds": chosen.rounds,
              "machine": {"processors": os.cpu_count(), "kernel": platform.release(),
                          "architecture": platform.machine()},
              "figures": figures}
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
