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
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import bounces
import sinks
import tidings

DATES = ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
SESSIONS = [1, 2, 4, 8, 16, 32, 64]
VARIANTS = 300
SOURCE_MESSAGES_MAX = 100_000  # smtp-source keeps its pace; more would only take time

# Eight choices of topics, all, some and all but some, in two formats: at most 16 variants.
TOPICS = ["", "ambulances", "finance", "workforce;policy", "quality", "technology",
          "mental-health;regulation", "-finance"]
SECTIONS = ["ambulances", "finance", "workforce", "regulation", "policy", "quality",
            "technology", "mental-health"]
WORDS = """the of and a board trust hospital patients said new plan year staff beds report cost
nurses target waiting service regional review money winter system care local funding national
published figures ministers between expected pressure""".split()


def talk(text):
    print(text, file=sys.stderr, flush=True)


# ---- running things --------------------------------------------------------------------------

class Run:
    """A finished process: seconds on the wall, processor seconds and the largest resident set of
    it and its children (which Linux never counts below what this script has itself), stdout."""

    limit = 250  # seconds for one process, lest a bench hangs for ever

    def __init__(self, command, **more):
        command = [os.fspath(word) for word in command]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.monotonic()
            process = subprocess.Popen(command, stdout=out, stderr=err, **more)
            watch = threading.Timer(self.limit, process.kill)
            watch.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.monotonic() - begin
            watch.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            self.stdout, said = read_back(out), read_back(err)
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(command)}: exit {process.returncode}\n{self.stdout}{said}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.rss_mb = usage.ru_maxrss / 1024


def read_back(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def command(instance, now, *words):
    """One tidings command, measured; with the JSON that it printed in .json."""
    run = Run([tidings.BINARY, "-C", instance.dir, "--now", now, *words, "--json"])
    run.json = json.loads(run.stdout)
    return run


def sqlite(database, script):
    """A script for the sqlite3 shell, as durable as the ledger; measured."""
    script = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n" + script
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        with open(file.name, "rb") as stdin:
            return Run(["sqlite3", "-bail", "-batch", database], stdin=stdin)


def query(database, sql):
    """Rows of one read-only query."""
    said = Run(["sqlite3", "-readonly", "-json", database, sql]).stdout
    return json.loads(said) if said.strip() else []


# ---- what is sent, and to whom ---------------------------------------------------------------

def prose(dice, words):
    """Sentences of so many words."""
    text = []
    while words > 0:
        length = min(words, dice.randint(9, 24))
        text.append(" ".join(dice.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(text)


def briefing(date):
    """A Markdown briefing whose messages are of 15 to 20 KB for most choices."""
    dice = random.Random(date)
    parts = [f"---\ntitle: The numbers of {date}\n---\n", prose(dice, 20), prose(dice, 120),
             *(prose(dice, 90) for _ in range(5))]
    for topic in SECTIONS:
        parts += [f"## What moved in {topic} {{.{topic}}}", *(prose(dice, 60) for _ in range(2))]
    return "\n\n".join(parts) + "\n"


def write_people(path, count):
    """The signup file: count people at many domains, the number of each in the address."""
    with open(path, "w", encoding="ascii") as out:
        out.write("email,name,topics,format\n")
        for i in range(count):
            topics, form = TOPICS[i % 8], ("html", "text")[i // 8 % 2]
            out.write(f"reader{i:07}@d{i % 1000}.example,Reader {i},{topics},{form}\n")


def new_instance(port):
    """An instance with one briefing for every date there is, and as many sessions as the best of
    smtp-source may have."""
    instance = tidings.Instance(port)
    config = instance.dir / "conf" / "tidings.yaml"
    text = config.read_text(encoding="utf-8")
    asked = text.replace("# sessions: 20", f"sessions: {max(SESSIONS)}")
    if asked == text:
        sys.exit("bench: conf/tidings.yaml has no line '# sessions: 20' to change")
    config.write_text(asked, encoding="utf-8")
    for date in DATES:
        instance.briefing("daily", f"{date}.md", briefing(date))
    return instance


def import_people(instance, path):
    return command(instance, f"{DATES[0]}T06:00:00Z", "subscriber", "import", path,
                   "--newsletter", "daily", "--confirmed", "--source", "bench")


def database(instance):
    return instance.dir / "queue" / "tidings.db"


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


def beside_fan_out(scratch, instance, edition):
    """One INSERT … SELECT of this edition's rows into a table declared as message is."""
    copy = scratch / "copy.db"
    sqlite(database(instance), f".backup '{copy}'\n")
    schema = query(copy, "SELECT sql FROM sqlite_master WHERE tbl_name = 'message' AND sql <> ''")
    renamed = [re.sub(r"(?i)^(CREATE TABLE )message\b", r"\1beside",
                      re.sub(r"(?i)INDEX (\w+) ON message\b", r"INDEX beside_\1 ON beside",
                             row["sql"])) for row in schema]
    sqlite(copy, ";\n".join(renamed) + ";\nPRAGMA wal_checkpoint(TRUNCATE);\n")
    # The WHERE also keeps SQLite from copying the b-trees whole, which no program could do.
    run = sqlite(copy, "PRAGMA foreign_keys = ON;\nINSERT INTO beside SELECT * FROM message "
                       f"WHERE edition = {int(edition)};\n")
    copy.unlink()
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

def bytes_per_row(instance, table):
    """Bytes of a table's b-trees, its indexes with it, by row."""
    rows = query(database(instance), f"""
        SELECT (SELECT sum(pgsize) FROM dbstat WHERE name IN (
                   SELECT name FROM sqlite_master WHERE tbl_name = '{table}')) AS bytes,
               (SELECT count(*) FROM {table}) AS rows""")
    return round(rows[0]["bytes"] / rows[0]["rows"], 1) if rows[0]["rows"] else 0


def figure(name, value, relation, target, unit="ratio", **more):
    """One row of the result, said aloud as well."""
    met = value >= target if relation == ">=" else value <= target
    row = {"name": name, "value": round(value, 3), "unit": unit,
           "target": f"{relation} {target}", "met": met, **more}
    talk(f"{name:16} {row['value']:>8} {unit:6} target {row['target']:8} {'met' if met else 'MISSED'}")
    return row


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
        self.insert.append(beside_fan_out(scratch, instance, number))
        self.row_bytes = max(self.row_bytes, bytes_per_row(instance, "message"))
        run = command(instance, f"{date}T07:00:01Z", "send", "--drain")
        expect(run, sent=self.count)
        self.seen(run)
        self.send.append(run)
        self.row_bytes = max(self.row_bytes, bytes_per_row(instance, "message"))
        self.source += beside_send(sink.port, self.count, size)

    def seen(self, run):
        self.largest = max(self.largest, run.rss_mb)

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
                     attempt_bytes=bytes_per_row(instance, "attempt"))


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


def variant_figures():
    here, there, size = variants()
    yield figure("variant", here / VARIANTS * 1000, "<=", 5, unit="ms", message_bytes=size,
                 what="one variant of an edition, rendered and built")
    yield figure("variants-300", here / there, "<=", 1.0, seconds=round(here, 3),
                 beside={"what": "the same 300 mails built by Python's email from rendered parts",
                         "seconds": round(there, 3)})


def expect(run, **counts):
    """A run that did not do all its work has no figure."""
    for key, count in counts.items():
        if run.json.get(key) != count:
            sys.exit(f"bench: expected {key} {count}: {run.stdout}")


def main():
    options = argparse.ArgumentParser(description="tidings beside plain tools; JSON on stdout")
    options.add_argument("--n", type=int, default=int(os.environ.get("TD_BENCH_N", "20000")),
                         help="subscribers (20000; the numbers to reach are for 1000000)")
    options.add_argument("--rounds", type=int, default=3, choices=range(1, len(DATES) + 1))
    chosen = options.parse_args()
    tidings.need("smtp-sink", "smtp-source", "sqlite3")
    Run.limit += chosen.n // 1000
    rounds = Rounds(chosen.n)
    size = message_size()
    talk(f"messages are of {size} bytes")
    with (tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder,
          sinks.SmtpSink(counts=False) as sink, new_instance(sink.port) as instance):
        scratch = pathlib.Path(folder)
        rounds.imports(scratch, instance)
        for date in DATES[:chosen.rounds]:
            rounds.edition(scratch, instance, sink, date, size)
        figures = [*rounds.figures(instance, size), *variant_figures(),
                   *bounces.figures(Run, figure)]
    result = {"bench": 1, "subscribers": chosen.n, "rounds": chosen.rounds,
              "machine": {"processors": os.cpu_count(), "kernel": platform.release(),
                          "architecture": platform.machine()},
              "figures": figures}
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
