"""`subscriber erase`: a grep of the whole instance finds nothing, what proves that it was lawful stays, and
nothing brings the person back unasked."""

import json
import pathlib
import sqlite3
import unittest

import peer
import tidings

NOW = "2026-11-20T07:00:00Z"
LATER = "2026-11-21T07:00:00Z"
CLOSED_PORT = 9
BRIEFING = "The standfirst.\n\nThe lead has one paragraph, and that is all of it.\n"
WHO = "Ann.Lee@Example.org"
NAME = "Annabel Leighton"


class Case(unittest.TestCase):
    def instance_at(self, port):
        self.instance = self.enterContext(tidings.Instance(port, now=NOW))
        self.instance.configure("# signups:\n", "signups:\n  newsletter: daily\n")
        return self.instance

    def json(self, *words, **options):
        return self.instance.json(*words, **options)

    def file(self, content, name="people.csv"):
        path = self.instance.dir / name
        path.write_text(content, encoding="utf-8")
        return path

    def take(self, content, **options):
        path = self.file(content)
        result = self.json("subscriber", "import", path, "--newsletter", "daily", "--confirmed",
                           "--source", "test", **options)
        path.unlink()
        return result

    def erase(self, who=WHO, check=True, **options):
        done = self.instance.run("subscriber", "erase", who, "--json", check=check, **options)
        return json.loads(done.stdout)

    def grep(self, *needles):
        """Files whose bytes or names hold one of the texts, whatever the case."""
        found = []
        for path in sorted(self.instance.dir.rglob("*")):
            content = path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
            for needle in needles:
                if needle.lower().encode() in content.lower():
                    found.append((str(path.relative_to(self.instance.dir)), needle))
        return found

    def query(self, sql):
        return self.instance.query(sql)


class Erase(Case):
    def live(self):
        """An instance that has the address in as many places as it gets into."""
        def answer(stage, argument, *_):
            return f"550 5.1.1 <{argument.upper()}> mailbox ({argument}) unknown" \
                if stage == "RCPT" and "ann" in argument.lower() and self.refuse else None
        self.refuse = False
        self.server = self.enterContext(peer.Peer(answer))
        self.instance_at(self.server.port)
        incoming = self.instance.dir / "subscribers" / "incoming"
        self.take(f"email,name,topics\n{WHO},Old Name,finance\n"
                  "joann.lee@example.org,Joann,\nbob@example.org,Bob,\n")
        self.take(f"email,name,topics\n{WHO},{NAME},workforce\n{WHO},x\x07y,\n")
        (incoming / f"{WHO}.csv").write_text(
            f"email,name,topics\n{WHO},{NAME},finance\nbob@example.org,Bob,\n"
            f"{WHO},{NAME},cricket\n")
        (incoming / "bad.csv").write_text(f"email;name\n{WHO};{NAME}\nbob@example.org;Bob\n")
        self.json("subscriber", "take-in")
        self.json("subscribe", WHO, "--newsletter", "weekly", "--confirmed", "--source",
                  f"{NAME} <{WHO}> told me")
        self.json("subscriber", "import", self.file("kim@example.org\n", f"from-{WHO}.csv"),
                  "--newsletter", "daily", "--confirmed", "--source", f"list of {WHO.upper()}")
        (self.instance.dir / f"from-{WHO}.csv").unlink()
        self.instance.briefing("daily", "2026-11-20.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-20", now=LATER)
        self.json("send", "--drain", now=LATER)
        self.instance.run("brief", "preview", "daily", "--date", "2026-11-20", "--as", WHO)
        self.refuse = True
        self.instance.briefing("daily", "2026-11-21.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-21", now=LATER)
        self.json("send", "--drain", now=LATER)
        self.json("unsubscribe", WHO, "--newsletter", "weekly", now=LATER)

    def test_a_grep_of_the_whole_instance_finds_nothing(self):
        self.live()
        places = {place for place, _ in self.grep(WHO)}
        for place in ("queue/tidings.db", "subscribers/import-2.errors.csv"):
            self.assertIn(place, places)
        for folder in ("subscribers/done", "subscribers/refused", "preview"):
            self.assertTrue([place for place in places if place.startswith(folder)], folder)
        number = self.json("subscriber", "show", WHO)["subscriber"]
        result = self.erase(now=LATER)
        self.assertEqual((result["subscriber"], result["left"]), (number, []))
        # joann.lee@… holds ann.lee@…: what is hers stays.
        found = self.grep("\nAnn.Lee@", "<ann.lee@", "Annabel", "Old Name", '"ann.lee@')
        self.assertEqual(found, [])
        self.instance.run("subscriber", "erase", "joann.lee@example.org", now=LATER)
        self.assertEqual(self.grep("ann.lee@example.org", "Annabel", "Joann"), [])

    def test_what_lies_in_free_pages_of_the_database_goes_too(self):
        """Deleting leaves the bytes in pages that are free: the file is built anew."""
        self.instance_at(CLOSED_PORT)
        self.take(f"{WHO}\nbob@example.org\n")
        path = self.instance.dir / "queue" / "tidings.db"
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA secure_delete = 0")
        db.execute("CREATE TABLE junk (text TEXT)")
        db.executemany("INSERT INTO junk VALUES (?)", [(f" {WHO} " * 200,)] * 200)
        db.execute("DROP TABLE junk")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        free = path.read_bytes().count(WHO.encode())
        self.assertGreater(free, 10000)  # far more than erasing rows could write over
        self.assertEqual(self.erase()["left"], [])
        self.assertEqual(self.grep("ann.lee@"), [])
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")], ["bob@example.org"])

    def test_what_servers_said_stands_nowhere_else_with_the_address(self):
        """A relay's trouble, the window of a provider, the evidence against somebody whose mail is forwarded."""
        replies = {}

        def answer(stage, words, _):
            return next((text for who, text in replies.items() if stage == "RCPT" and who in words.lower()), None)
        server = self.enterContext(peer.Peer(answer))
        self.instance_at(server.port)
        self.take(f"{WHO}\nbob@forwards.example\n")
        replies["bob@forwards.example"] = f"550 5.1.1 <{WHO}>: user unknown, forwarded from bob"
        tables = ("suppression", "relay_window", "relay")
        seen = set()
        for day, said in enumerate((f"451 4.7.0 {WHO} gets mail too fast, slow down",
                                    f"421 4.7.0 <{WHO}>: too busy", f"421 4.7.0 no more to {WHO}"), 20):
            replies[WHO.lower()] = said
            self.instance.briefing("daily", f"2026-11-{day}.txt", BRIEFING)
            now = f"2026-11-{day}T07:00:00Z"
            self.json("edition", "assemble", "daily", "--date", f"2026-11-{day}", now=now)
            self.instance.run("send", "--drain", now=now, check=False)
            for table in tables:
                rows = str(self.query(f"SELECT * FROM {table}"))
                self.assertNotIn("ann.lee@", rows.lower())
                seen |= {table} if "[address]" in rows else set()
        self.assertEqual(seen, set(tables))
        self.assertEqual(self.erase(now=now)["left"], [])
        self.assertEqual(self.grep("ann.lee@"), [])
        said = {row["address"]: row["reply"] for row in self.instance.json("queue", "list", "edition=1")}
        self.assertEqual(said, {"": "451 4.7.0 * gets mail too fast, slow down",
                                "bob@forwards.example": "550 5.1.1 <[erased]>: user unknown, forwarded from bob"})
        for message in ("1-1", "1-2"):
            self.assertNotIn("damaged", self.instance.run("why", message).stdout)

    def test_others_keep_everything(self):
        self.live()
        before = {who: self.json("subscriber", "show", f"{who}@example.org", now=LATER)
                  for who in ("bob", "joann.lee", "kim")}
        done = self.instance.dir / "subscribers" / "done"
        self.erase(now=LATER)
        for who, person in before.items():
            self.assertEqual({**self.json("subscriber", "show", f"{who}@example.org", now=LATER),
                              "consent": 0}, {**person, "consent": 0})
        lists = [path.read_text() for path in done.glob("*.csv") if "report" not in path.name]
        self.assertEqual(lists, ["email,name,topics\nbob@example.org,Bob,\n"])
        self.assertIn("joann.lee@example.org", self.instance.run("subscriber", "list").stdout)

    def test_the_ledger_keeps_number_dates_events_basis_and_hash(self):
        self.live()
        number = self.json("subscriber", "show", WHO)["subscriber"]
        sql = (f"SELECT newsletter, number, at, event, how, wording, basis, batch FROM consent "
               f"WHERE subscriber = {number} ORDER BY newsletter, number")
        before = self.query(sql)
        hash_, = self.query(f"SELECT hash FROM subscriber WHERE id = {number}")
        messages = self.query(f"SELECT edition, state FROM message WHERE subscriber = {number}")
        self.erase(now=LATER)
        after = self.query(sql)
        self.assertEqual([row for row in after if row[0] != 0], before)
        self.assertEqual([row[3] for row in after if row[0] == 0], [9])  # erased
        self.assertEqual(self.query(f"SELECT hash FROM subscriber WHERE id = {number}"), [hash_])
        self.assertEqual(self.query("SELECT address, domain, name, erased IS NOT NULL FROM "
                                    f"subscriber WHERE id = {number}"), [("", "", "", 1)])
        self.assertEqual(self.query(f"SELECT edition, state FROM message "
                                    f"WHERE subscriber = {number}"), messages)
        self.assertEqual(self.query("SELECT subject FROM audit WHERE action = 'subscriber erase'"),
                         [(f"subscriber {number}",)])
        self.assertEqual(self.query("SELECT p.reason, p.evidence FROM suppression p JOIN subscriber s "
                                    f"ON s.hash = p.hash WHERE s.id = {number}"), [(20, "erased")])

    def test_nothing_brings_an_erased_person_back_unasked(self):
        self.instance_at(CLOSED_PORT)
        self.take(f"{WHO}\nbob@example.org\n")
        batch = self.take(f"email,topics\n{WHO},finance\n")["batch"]
        self.erase()
        result = self.take(f"{WHO.lower()}\n")
        self.assertEqual((result["added"], result["refused"]), (0, 1))
        self.assertIn("suppressed (erased) on 2026-11-20",
                      pathlib.Path(result["errors"]).read_text(encoding="utf-8"))
        self.assertEqual(self.json("subscriber", "sync", self.file(f"{WHO}\nbob@example.org\n"),
                                   "--newsletter", "daily", "--apply")["keep_away"], 1)
        undone = self.json("subscriber", "import", "--undo", str(batch))
        self.assertEqual((undone["removed"], undone["restored"], undone["left"]), (0, 0, 0))
        incoming = self.instance.dir / "subscribers" / "incoming"
        (incoming / "signup.csv").write_text(f"{WHO}\n")
        self.assertEqual(self.json("subscriber", "take-in")["files"][0]["refused"], 1)
        done = self.instance.run("subscribe", WHO, "--newsletter", "daily", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")],
                         ["bob@example.org"])
        # It came in again by these files, and can be erased from them again.
        self.instance.run("subscriber", "erase", WHO, check=False)
        (self.instance.dir / "people.csv").unlink()
        self.assertEqual(self.grep("ann.lee@"), [])

    def test_what_is_queued_is_not_sent(self):
        server = self.enterContext(peer.Peer())
        self.instance_at(server.port)
        self.take(f"{WHO}\nbob@example.org\n")
        self.instance.briefing("daily", "2026-11-20.txt", BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-20")
        self.erase()
        self.json("send", "--drain")
        states = self.json("queue", "stats")["states"]
        self.assertEqual((states.get("sent"), states.get("suppressed")), (1, 1))

    def test_what_is_not_ours_to_change_is_told(self):
        self.instance_at(CLOSED_PORT)
        self.take(f"{WHO}\n")
        mine = self.file(f"my own list\n{WHO}\n", "mine.csv")
        done = self.instance.run("subscriber", "erase", WHO, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"still there, for you to delete: {mine}", done.stdout)
        self.assertIn("1 files", done.stderr)
        self.assertEqual(mine.read_text(), f"my own list\n{WHO}\n")

    def test_an_address_of_nobody_is_searched_for_all_the_same(self):
        self.instance_at(CLOSED_PORT)
        result = self.take(f"email,at\n{WHO},99:00\n")
        self.assertEqual(result["refused"], 1)
        self.instance.run("unsubscribe", WHO, check=False)
        result = self.erase()
        self.assertIsNone(result["subscriber"])
        self.assertEqual(self.grep("ann.lee@"), [])
        self.assertEqual(self.take(f"{WHO}\n")["refused"], 1)

    def test_a_dry_run_tells_and_changes_nothing(self):
        self.live()
        before = self.grep(WHO), self.query("SELECT * FROM consent")
        result = json.loads(self.instance.run(
            "subscriber", "erase", WHO, "--dry-run", "--json", now=LATER).stdout)
        self.assertTrue(result["dry_run"])
        self.assertFalse((self.instance.dir / "conf" / "erased.txt").exists())
        self.assertGreater(len(result["files"]), 3)
        self.assertIn({"what": "subscriptions", "rows": 2}, result["erased"])
        self.assertEqual((self.grep(WHO), self.query("SELECT * FROM consent")), before)

    def test_addresses_that_the_person_had_before_go_too_and_bring_nobody_back(self):
        self.instance_at(CLOSED_PORT)
        self.take("old@example.org\nshared@example.org\nbob@example.org\n")
        for old, new in (("old@example.org", "Newer@example.org"), ("newer@example.org", "newest@example.org"),
                         ("bob@example.org", "robert@example.org"), ("shared@example.org", "bob@example.org")):
            self.instance.run("subscriber", "rename", old, new)
        self.json("subscriber", "take-in")
        shown = self.json("subscriber", "show", "newest@example.org")["consent"]
        self.assertEqual([line["source"] for line in shown if line["event"] == "renamed"],
                         ["old@example.org", "Newer@example.org"])
        self.assertEqual(self.erase("newest@example.org")["left"], [])
        self.assertEqual(self.grep("old@example.org", "newer@example.org", "newest@"), [])
        result = self.take("old@example.org\nNEWER@example.org\nnewest@example.org\n")
        self.assertEqual((result["added"], result["refused"]), (0, 3))
        # bob@ was robert's and is another's now: it stays theirs.
        self.erase("robert@example.org")
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")], ["bob@example.org"])
        self.assertEqual(self.take("bob@example.org\n")["unchanged"], 1)

    def test_every_table_about_people_is_exported_and_erased(self):
        """A new table with a subscriber in it is to be written into export.c and erase.c, and then here."""
        exported = {"subscription": "subscriptions", "consent": "consent", "message": "messages",
                    "attempt": "attempts", "history": "history", "bounce": "bounces", "batch_change": "changes",
                    "batch_name": "names", "optin": "signups", "probe": "probes"}
        stays = {"consent", "message", "attempt", "history", "bounce"}  # numbers, dates and states
        self.live()
        tables = [name for name, in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")
                  if "subscriber" in [column[1] for column in self.query(f"PRAGMA table_info({name})")]]
        self.assertEqual(set(tables), set(exported))
        number = self.json("subscriber", "show", WHO)["subscriber"]
        db = sqlite3.connect(self.instance.dir / "queue" / "tidings.db", isolation_level=None)
        for row in ("probe (subscriber, edition, queued) VALUES (?, 1, 0)",
                    "optin (newsletter, subscriber, since) VALUES (1, ?, 0)",
                    "history (newsletter, subscriber, year, editions) VALUES (1, ?, 2026, x'0101')"):
            db.execute(f"INSERT INTO {row}", [number])
        db.close()
        held = self.json("subscriber", "export", WHO, now=LATER)
        for table, key in exported.items():
            rows, = self.query(f"SELECT count(*) FROM {table} WHERE subscriber = {number}")
            self.assertEqual((table, len(held[key])), (table, *rows))
        self.erase(now=LATER)
        for table in set(exported) - stays:
            self.assertEqual(self.query(f"SELECT * FROM {table} WHERE subscriber = {number}"), [], table)

    def test_text_that_is_no_address_is_refused(self):
        self.instance_at(CLOSED_PORT)
        done = self.instance.run("subscriber", "erase", "%", check=False)
        self.assertEqual(done.returncode, 65)


if __name__ == "__main__":
    unittest.main()
