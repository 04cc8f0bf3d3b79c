"""What flow and peers tests share: running the binary, an instance in a scratch directory,
the seeds, and skipping with a reason. The servers to send to are in sinks.py.

A test asks for what it needs at the top of its file, before unittest runs:

    import tidings
    tidings.need("smtp-sink")
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("TD_SOURCE") or pathlib.Path(__file__).parents[2]).resolve()
BINARY = pathlib.Path(os.environ.get("TIDINGS") or SOURCE / "build" / "tidings").resolve()
FULL = os.environ.get("TD_FULL") == "ON"  # ./dev soak: the full numbers of the issues

DOMAIN = "news.example"


def skip(reason):
    """Ends the whole file as skipped (ctest: 77); the reason is printed as the last line."""
    print(f"skipped: {reason}", flush=True)
    sys.exit(77)


def tool(name):
    """The path of a program, /usr/sbin included (Postfix puts its tools there), or None."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def need(*programs):
    """Skips the file unless every program is installed."""
    for name in programs:
        if tool(name) is None:
            skip(f"{name} is not installed")


def seed_files():
    """The real briefings beside the source tree, sorted; skips the file where there are none."""
    seeds = sorted((SOURCE.parent / "shared" / "seeds").glob("*.txt"))
    if not seeds:
        skip(f"no seeds in {SOURCE.parent / 'shared' / 'seeds'}")
    return seeds


def run(args, cwd=None, now=None, check=True, **more):
    """Runs `tidings ARGS` to its end; CompletedProcess with text stdout and stderr.

    now: RFC 3339 time for --now. check: an exit status other than 0 is an AssertionError that
    shows what the program said. more: passed to subprocess.run (input, timeout, env …).
    """
    command = [BINARY, *(["--now", now] if now else []), *args]
    more.setdefault("timeout", 280)
    done = subprocess.run([os.fspath(word) for word in command], cwd=cwd, check=False,
                          capture_output=True, text=True, encoding="utf-8", **more)
    if check and done.returncode != 0:
        raise AssertionError(f"tidings {' '.join(map(str, args))}: exit {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done


class Instance:
    """A directory made by `tidings init`, removed at the end; use it in a with statement.

    now is the --now of every command, unless the command names its own.
    """

    def __init__(self, port, now=None, domain=DOMAIN):
        self._scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        self.dir = pathlib.Path(self._scratch.name) / "d"
        self.now = now
        run(["init", self.dir, "--domain", domain, "--relay", f"smtp://127.0.0.1:{port}"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._scratch.cleanup()

    def copy(self):
        """The instance as it is now, once more in a directory of its own."""
        twin = object.__new__(Instance)
        twin._scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        twin.dir = pathlib.Path(twin._scratch.name) / "d"
        twin.now = self.now
        shutil.copytree(self.dir, twin.dir)
        return twin

    def run(self, *args, now=None, check=True, **more):
        return run(["-C", self.dir, *args], now=now or self.now, check=check, **more)

    def json(self, *args, **more):
        """The JSON document that the command prints with --json."""
        return json.loads(self.run(*args, "--json", **more).stdout)

    def start(self, *args, now=None, **more):
        """The command as a running Popen, for tests that kill it; stdout and stderr piped."""
        now = now or self.now
        command = [BINARY, "-C", self.dir, *(["--now", now] if now else []), *args]
        return subprocess.Popen([os.fspath(word) for word in command], text=True, encoding="utf-8",
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def briefing(self, newsletter, name, source):
        """Puts briefings/NEWSLETTER/NAME there: source is a path to copy, or the text itself."""
        path = self.dir / "briefings" / newsletter / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, pathlib.Path):
            shutil.copyfile(source, path)
        else:
            path.write_text(source, encoding="utf-8")
        return path

    def subscribe(self, rows, newsletter="daily"):
        """Imports confirmed subscribers from a list of dicts (keys: columns of a signup file,
        design section 12); returns the JSON of the import."""
        columns = list(dict.fromkeys(key for row in rows for key in row))
        path = self.dir / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            for row in [dict(zip(columns, columns)), *rows]:
                cells = [str(row.get(key, "")).replace('"', '""') for key in columns]
                out.write(",".join(f'"{cell}"' for cell in cells) + "\r\n")
        return self.json("subscriber", "import", path, "--newsletter", newsletter,
                         "--confirmed", "--source", "test")

    def configure(self, old, new):
        """Replaces text in conf/tidings.yaml; it must be there."""
        path = self.dir / "conf" / "tidings.yaml"
        before = path.read_text(encoding="utf-8")
        assert old in before, old
        path.write_text(before.replace(old, new), encoding="utf-8")

    def relay(self, port):
        """From now on mail goes to this port of the loopback address."""
        path = self.dir / "conf" / "tidings.yaml"
        before = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(url: smtp://127\.0\.0\.1):\d+", rf"\1:{port}", before),
                        encoding="utf-8")

    def query(self, sql, *values):
        """The rows of a statement that only reads the instance's database."""
        with self._database() as db:
            return db.execute(sql, values).fetchall()

    def dump(self):
        """Every row of the database, as SQL."""
        with self._database() as db:
            return "\n".join(db.iterdump())

    def _database(self):
        path = self.dir / "queue" / "tidings.db"
        return contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True))

    def queue(self, *selectors):
        """Rows of `queue list`, by address."""
        rows = self.json("queue", "list", *selectors)
        assert len({(row["edition"], row["address"]) for row in rows}) == len(rows), rows
        return {row["address"]: row for row in rows}

    def states(self, *selectors):
        """{state: number of messages}, without zeroes."""
        states = self.json("queue", "stats", *selectors)["states"]
        return {state: count for state, count in states.items() if count}

    def attempts(self, address):
        """[(stage, reply)] of the one message to this address, oldest first."""
        shown = self.json("queue", "show", self.queue(f"address={address}")[address]["message"])
        return [(attempt["stage"], attempt["reply"]) for attempt in shown["attempts"]]
