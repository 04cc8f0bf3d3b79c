"""Every statement of src/store/sql is understood by PostgreSQL too: a temporary cluster gets the
migrations, then each statement is prepared there, `$name` written as `$1` … the way a driver would.
"""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import unittest

import tidings

SQL = tidings.SOURCE / "src" / "store" / "sql"
PARTS = {f"{{{path.stem}}}": path.read_text(encoding="utf-8")
         for path in (SQL / "parts").glob("*.sql")}
MIGRATIONS = tidings.SOURCE / "src" / "store" / "migrations"


def find_server():
    """The folder of initdb, postgres and psql: of the newest version that is installed."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                     key=lambda folder: int(folder.parent.name))
    if folders and (folders[-1] / "initdb").exists():
        return folders[-1]
    found = shutil.which("initdb")
    if found is None:
        tidings.skip("no PostgreSQL server is installed (initdb)")
    return pathlib.Path(found).parent


def server_user():
    """PostgreSQL refuses to run as root: then it runs as somebody who is not."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    tidings.skip("there is no user 'postgres' or 'nobody' to run PostgreSQL as")


SERVER = find_server()
USER = server_user()


class Cluster:
    """A PostgreSQL of our own in a scratch directory, reached by a socket there and no other way."""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="td-pg-"))
        if USER:
            os.chown(self.dir, USER["user"], USER["group"])
        self.data = self.dir / "data"
        self.environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8",
                            "PGHOST": str(self.dir), "PGDATABASE": "postgres", "PGUSER": "td"}
        self.run("initdb", "--pgdata", self.data, "--username=td", "--auth=trust",
                 "--encoding=UTF8", "--no-sync")
        self.run("pg_ctl", "--pgdata", self.data, "--wait", "--silent",
                 "--log", self.dir / "log", "--options",
                 f"-c listen_addresses='' -c unix_socket_directories='{self.dir}' -c fsync=off",
                 "start")

    def close(self):
        try:
            self.run("pg_ctl", "--pgdata", self.data, "--mode=immediate", "--silent", "stop")
        finally:
            shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, program, *args):
        """To files, not pipes: the server keeps what it inherits open."""
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run([SERVER / program, *args], cwd=self.dir, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                  timeout=120, check=False, **USER)
            said.seek(0)
            if done.returncode != 0:
                raise AssertionError(f"{program}: exit {done.returncode}\n{said.read()}")

    def sql(self, text):
        """Runs it; what the server objects to, "" when all is well."""
        done = subprocess.run([SERVER / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"],
                              input=text, cwd=self.dir, env=self.environment, check=False,
                              capture_output=True, text=True, timeout=60, **USER)
        return done.stderr.strip() if done.returncode != 0 else ""


def numbered(text):
    """The statement with $1, $2 … for its named parameters, without comments."""
    names = []

    def number(match):
        if match[0] not in names:
            names.append(match[0])
        return f"${names.index(match[0]) + 1}"

    return re.sub(r"\$[a-z_]+", number, re.sub(r"--.*", "", text))


def statements():
    """(name, text) as PostgreSQL would get them: its own where it has one."""
    for path in sorted(SQL.glob("*.sql")):
        own = SQL / "postgres" / path.name
        text = (own if own.exists() else path).read_text(encoding="utf-8")
        for name, part in PARTS.items():
            text = text.replace(name, part)
        yield path.stem, text


def migrations():
    """The same, for migrations."""
    for path in sorted(MIGRATIONS.glob("*.sql")):
        own = MIGRATIONS / "postgres" / path.name
        yield path.stem, (own if own.exists() else path).read_text(encoding="utf-8")


class PostgresSql(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.close)
        said = cls.cluster.sql("CREATE TABLE schema_migration (number INTEGER PRIMARY KEY,"
                               " name TEXT NOT NULL, applied BIGINT NOT NULL)")
        for name, text in migrations():
            said = said or cls.cluster.sql(f"BEGIN;\n{text}\nCOMMIT;")
            if said:
                raise AssertionError(f"migration {name}: {said}")

    def test_every_statement_can_be_prepared(self):
        for name, text in statements():
            with self.subTest(statement=name):
                said = self.cluster.sql(f"PREPARE the_statement AS {numbered(text)};")
                if said:
                    self.fail(f"{name}.sql: {said}")

    def test_a_statement_that_postgres_does_not_know_fails(self):
        self.assertIn("syntax error",
                      self.cluster.sql("PREPARE it AS INSERT OR IGNORE INTO newsletter VALUES (1)"))

    def test_an_override_overrides_something(self):
        for folder in (SQL, MIGRATIONS):
            for path in (folder / "postgres").glob("*.sql"):
                self.assertTrue((folder / path.name).exists(), f"{path} overrides nothing")


if __name__ == "__main__":
    unittest.main()
