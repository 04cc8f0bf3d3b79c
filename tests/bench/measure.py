"""What every part of the bench shares: running things, measured, and rows of the result."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

import peak
import tidings


def talk(text):
    print(text, file=sys.stderr, flush=True)


class Run:
    """A finished process: seconds on the wall, processor seconds, its largest resident set, stdout."""

    limit = 250  # seconds for one process, lest a bench hangs for ever

    def __init__(self, command, **more):
        command = [os.fspath(word) for word in command]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.monotonic()
            process = subprocess.Popen(command, stdout=out, stderr=err, **more)
            ended = peak.Ended(process, self.limit)
            self.seconds = time.monotonic() - begin
            self.stdout, said = read_back(out), read_back(err)
        if ended.status != 0:
            sys.exit(f"bench: {' '.join(command)}: exit {ended.status}\n{self.stdout}{said}")
        self.cpu, self.rss_mb = ended.cpu, ended.rss_mb


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


def bytes_per_row(database, table):
    """Bytes of a table's b-trees, its indexes with it, by row."""
    rows = query(database, f"""
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


def expect(run, **counts):
    """A run that did not do all its work has no figure."""
    for key, count in counts.items():
        if run.json.get(key) != count:
            sys.exit(f"bench: expected {key} {count}: {run.stdout}")


def beside_insert(scratch, database, edition, tables=("message",)):
    """One INSERT … SELECT of this edition's rows, for each table into one declared as that is."""
    copy = scratch / "copy.db"
    sqlite(database, f".backup '{copy}'\n")
    declared, script = [], "PRAGMA foreign_keys = ON;\n"
    for table in tables:
        schema = query(copy, f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' "
                             "AND sql <> ''")
        declared += [re.sub(rf'(?i)^(CREATE TABLE )"?{table}"?', rf"\1beside_{table}",
                            re.sub(rf'(?i)INDEX (\w+) ON "?{table}\b"?',
                                   rf"INDEX beside_\1 ON beside_{table}", row["sql"]))
                     for row in schema]
        # The WHERE also keeps SQLite from copying the b-trees whole, which no program could do.
        script += f"INSERT INTO beside_{table} SELECT * FROM {table} WHERE edition = {int(edition)};\n"
    sqlite(copy, ";\n".join(declared) + ";\nPRAGMA wal_checkpoint(TRUNCATE);\n")
    run = sqlite(copy, script)
    copy.unlink()
    return run
