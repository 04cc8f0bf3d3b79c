"""Backup, restore and verify, from outside: what is copied while senders run is whole, what comes
back sends nothing by itself, and what is wrong with a database is found.
"""

import fcntl
import json
import os
import pathlib
import re
import shutil
import sqlite3
import time
import unittest

import test_queue_admin as admin
import tidings
from smalldisk import SmallDisk

PEOPLE = ["ann@example.org", "bob@example.org", "eve@example.net"]


class Case(admin.Case):
    def backup(self, instance, *args, name="backup"):
        instance.run("db", "backup", name, *args)
        return instance.dir / name

    def store(self, path):
        store = sqlite3.connect(path if path.suffix else path / "tidings.db")
        self.addCleanup(store.close)
        return store

    def change(self, path, *statements):
        """What no command does, so that verify has something to find."""
        with self.store(path) as store:
            for statement in statements:
                store.execute(statement)

    def wait_for(self, server, count):
        """Until the server has so many mails; a minute is far more than it takes."""
        end = time.monotonic() + 60
        while len(server.mails) < count:
            self.assertLess(time.monotonic(), end, "no mail came")
            time.sleep(0.02)

    def database(self, instance):
        return instance.dir / "queue" / "tidings.db"


class Backup(Case):
    def test_what_is_in_it_and_what_is_not_is_named(self):
        instance = self.instance(PEOPLE)
        (instance.dir / "templates" / "mail" / "imprint.text.mustache").write_text("ours\n")
        elsewhere = instance.dir / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "ca.pem").write_text("x")
        instance.configure("# ca_file: conf/relay-ca.pem", "ca_file: elsewhere/ca.pem")
        instance.configure("# tls: required", "tls: opportunistic")
        manifest = instance.json("db", "backup", "backup")
        folder = instance.dir / "backup"
        self.assertEqual(json.loads((folder / "manifest.json").read_text()),
                         {key: value for key, value in manifest.items() if key != "backup"})
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        self.assertEqual({file["path"] for file in manifest["files"]} | {"manifest.json"}, there)
        self.assertLessEqual({"tidings.db", "conf/tidings.yaml", "conf/keys/verp.key",
                              "templates/mail/imprint.text.mustache"}, there)
        self.assertEqual({item["path"] for item in manifest["left_out"]},
                         {"briefings/", "subscribers/", "elsewhere/ca.pem"})
        self.assertEqual(manifest["states"], {"queued": 3})
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        for file in ("tidings.db", "conf/keys/verp.key", "manifest.json"):
            self.assertEqual((folder / file).stat().st_mode & 0o777, 0o600, file)
        instance.run("db", "verify", "backup")
        self.assertFalse((folder / "tidings.db-wal").exists())

    def test_secrets_stay_when_asked_and_are_named(self):
        instance = self.instance(PEOPLE)
        manifest = instance.json("db", "backup", "backup", "--without-keys")
        self.assertEqual(list((instance.dir / "backup").rglob("*.key")), [])
        left = {item["path"] for item in manifest["left_out"]}
        self.assertLessEqual({"conf/keys/verp.key", "conf/keys/address.key"}, left)
        said = instance.run("db", "backup", "second", "--without-keys").stdout
        self.assertIn("not in it: conf/keys/verp.key", said)

    def test_a_name_that_is_taken_is_left_alone(self):
        instance = self.instance(PEOPLE)
        (instance.dir / "backup").mkdir()
        self.refused(instance, 73, "db", "backup", "backup")
        (instance.dir / "other.partial").mkdir()
        self.assertIn("cut short", self.refused(instance, 73, "db", "backup", "other").stderr)
        self.assertEqual(list((instance.dir / "backup").iterdir()), [])

    def test_senders_go_on_meanwhile(self):
        """Backups one after the other while a sender works: each is whole, and holds no more sent
        messages than had been sent when it ended."""
        server = self.peer()
        instance = self.instance([f"r{number}@example.org" for number in range(400)], server.port)
        sender = instance.start("send", "--drain")
        self.addCleanup(sender.communicate)
        counted = []
        while sender.poll() is None and len(counted) < 20:
            folder = self.backup(instance, name=f"backup{len(counted)}")
            states = json.loads((folder / "manifest.json").read_text())["states"]
            self.assertEqual(sum(states.values()), 400)
            self.assertEqual(instance.json("db", "verify", folder)["ok"], True)
            counted.append(states.get("sent", 0))
        sender.communicate()
        self.assertEqual(counted, sorted(counted))
        self.assertEqual(instance.states(), {"sent": 400})


class Restore(Case):
    def restored(self, instance, backup, *args, **more):
        return instance.json("db", "restore", backup, "--replace", *args, **more)

    def test_yesterdays_queue_does_not_fire(self):
        """Backup, then everything is sent, then the disk dies: the restored queue waits until
        somebody says otherwise, and the listing says what would go out."""
        server = self.peer()
        instance = self.instance(PEOPLE, server.port)
        backup = self.backup(instance)
        self.drain(instance)
        self.assertEqual(len(server.mails), 3)
        listed = self.restored(instance, backup)
        self.assertEqual((listed["restored"], listed["waiting"], listed["in_time"]), (True, 3, 3))
        (edition,) = listed["editions"]
        self.assertEqual((edition["slug"], edition["would_be_sent"]), (admin.DATE, 3))
        self.refused(instance, 75, "send", "--drain")
        self.assertEqual(len(server.mails), 3)
        self.assertIn("db release", self.refused(instance, 1, "status").stdout)
        self.assertEqual(instance.json("why", "ann@example.org")["messages"][0]["limiter"],
                         "restored")
        instance.run("queue", "cancel", "address=ann@example.org")
        self.assertEqual(instance.json("db", "release", "--dry-run")["in_time"], 2)
        self.refused(instance, 75, "send", "--drain")
        self.assertEqual(instance.json("db", "release")["released"], True)
        self.refused(instance, 1, "db", "release")
        self.drain(instance)
        self.assertEqual(self.received(server), ["ann", "bob", "bob", "eve", "eve"])
        self.assertEqual([line[1] for line in self.audit(instance)],
                         ["db restore", "queue cancel", "db release"])

    def test_a_running_sender_sends_nothing_new_either(self):
        """What is assembled after the restore waits too: it may have been sent already."""
        server = self.peer()
        instance = self.instance(PEOPLE, server.port)
        backup = self.backup(instance)
        self.restored(instance, backup)
        instance.briefing("daily", f"{admin.DATE}-late.txt", admin.BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", admin.DATE, "--name", "late")
        sender = instance.start("send")
        self.assertIn("restored", sender.stderr.readline())
        instance.run("db", "release")
        self.wait_for(server, 6)
        sender.terminate()
        sender.communicate()
        self.assertEqual(len(server.mails), 6)

    def test_what_was_on_the_wire_is_in_doubt_even_where_it_would_be_resent(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance)
        self.change(backup,
                    "INSERT INTO sender VALUES (77, 'elsewhere', 1, 1, 9999999999999999)",
                    "UPDATE edition SET resend_in_doubt = 1",
                    "UPDATE message SET state = 4, sender = 77 WHERE subscriber = 1",
                    "UPDATE message SET state = 3, sender = 77 WHERE subscriber = 2")
        listed = self.restored(instance, backup)
        self.assertEqual((listed["waiting"], listed["in_doubt"]), (2, 1))
        self.assertEqual(instance.states(), {"queued": 2, "in_doubt": 1})
        self.assertEqual(instance.json("db", "verify")["ok"], True)

    def test_numbers_given_since_are_not_given_again(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance)
        instance.subscribe([{"email": "later@example.org"}])
        (lost,) = self.store(self.database(instance)).execute(
            "SELECT id FROM subscriber WHERE address = 'later@example.org'").fetchone()
        self.restored(instance, backup)
        instance.subscribe([{"email": "other@example.org"}])
        (given,) = self.store(self.database(instance)).execute(
            "SELECT id FROM subscriber WHERE address = 'other@example.org'").fetchone()
        self.assertGreater(given, lost)

    def test_what_is_there_is_kept(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance)
        instance.subscribe([{"email": "later@example.org"}])
        self.assertIn("4 subscribers", self.refused(instance, 73, "db", "restore", backup).stderr)
        aside = self.restored(instance, backup)["aside"]
        (count,) = self.store(pathlib.Path(aside)).execute(
            "SELECT count(*) FROM subscriber").fetchone()
        self.assertEqual(count, 4)
        self.assertEqual(instance.json("db", "verify")["rows"]["subscribers"], 3)
        left = {path.name for path in (instance.dir / "queue").iterdir()}
        self.assertEqual({name for name in left if "restoring" in name}, set())

    def test_a_dry_run_changes_nothing(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance)
        before = sorted((instance.dir / "queue").iterdir())
        listed = self.restored(instance, backup, "--dry-run")
        self.assertEqual((listed["restored"], listed["aside"], listed["waiting"]),
                         (False, None, 3))
        instance.run("status")
        self.assertEqual([path for path in sorted((instance.dir / "queue").iterdir())
                          if path.suffix != ".daemon"],
                         [path for path in before if path.suffix != ".daemon"])

    def test_on_a_new_machine(self):
        server = self.peer()
        instance = self.instance(PEOPLE, server.port)
        backup = self.backup(instance)
        fresh = instance.dir.parent / "fresh"
        fresh.mkdir()
        done = tidings.run(["-C", fresh, "db", "restore", backup, "--files", "--json"],
                           now=admin.SEVEN)
        self.assertGreaterEqual(json.loads(done.stdout)["files"], 5)
        tidings.run(["-C", fresh, "db", "release"], now=admin.SEVEN)
        tidings.run(["-C", fresh, "send", "--drain"], now=admin.SEVEN)
        self.assertEqual(len(server.mails), 3)

    def test_other_keys_are_refused(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance, "--without-keys")
        key = instance.dir / "conf" / "keys" / "address.key"
        kept = key.read_text()
        key.write_text("ab" * 32 + "\n")
        done = self.refused(instance, 78, "db", "restore", backup, "--replace")
        self.assertIn("address.key", done.stderr)
        self.restored(instance, backup, "--other-keys")
        key.write_text(kept)
        self.restored(instance, backup, now="2026-11-20T07:00:09Z")

    def test_a_damaged_backup_is_refused(self):
        instance = self.instance([f"r{number}@example.org" for number in range(2000)])
        backup = self.backup(instance)
        with (backup / "tidings.db").open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            for page in range(size // 8192, size // 4096 - 1):
                file.seek(page * 4096 + 100)
                file.write(b"\xff" * 500)
        self.refused(instance, 1, "db", "verify", backup)
        done = instance.run("db", "restore", backup, "--replace", check=False)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertEqual(instance.states(), {"queued": 2000})

    def test_what_is_no_database_is_refused_as_damaged(self):
        instance = self.instance(PEOPLE)
        whole = (self.backup(instance) / "tidings.db").read_bytes()
        other = instance.dir / "other.db"
        for content in (b"", b"no database at all" * 1000, whole[:5000],
                        whole[:4096] + b"\xee" * (len(whole) - 4096)):
            other.write_bytes(content)
            done = self.refused(instance, 65, "db", "restore", other, "--replace")
            self.assertRegex(done.stderr, "damaged|is not a database")

    def test_files_that_are_not_as_they_were_are_found_and_not_put_back(self):
        instance = self.instance(PEOPLE)
        backup = self.backup(instance)
        conf = backup / "conf" / "tidings.yaml"
        kept = conf.read_bytes()
        for content in (kept + b"#", None):
            if content is None:
                conf.unlink()
            else:
                conf.write_bytes(content)
            done = self.refused(instance, 1, "db", "verify", backup)
            self.assertIn("WRONG    files: 1 files", done.stdout)
            self.assertIn("conf/tidings.yaml", done.stdout)
            done = self.refused(instance, 65, "db", "restore", backup, "--replace", "--files")
            self.assertIn("conf/tidings.yaml", done.stderr)
        conf.write_bytes(kept)
        self.assertRegex(instance.run("db", "verify", backup).stdout, "(?m)^ok       files$")
        (backup / "manifest.json").unlink()
        self.refused(instance, 1, "db", "verify", backup)

    def test_not_under_a_daemon_or_sender(self):
        server = self.peer(lambda *_: None)
        instance = self.instance(PEOPLE, server.port)
        backup = self.backup(instance)
        sender = instance.start("send")
        self.wait_for(server, 3)
        done = self.refused(instance, 75, "db", "restore", backup, "--replace")
        self.assertIn("sender", done.stderr)
        sender.terminate()
        sender.communicate()
        with open(instance.dir / "queue" / "tidings.db.daemon", "a", encoding="ascii") as daemon:
            fcntl.flock(daemon, fcntl.LOCK_EX)  # as `tidings run` holds it, whatever its roles
            done = self.refused(instance, 75, "db", "restore", backup, "--replace")
            self.assertIn("daemon", done.stderr)
        self.restored(instance, backup)


class FullDisk(Case):
    def test_says_so_and_harms_nothing(self):
        """Not even who only reads can: the memory that readers share has no room."""
        instance = self.instance(PEOPLE)
        disk = SmallDisk(self, instance.dir / "queue")
        disk.fill()
        for command in (["queue", "stats"], ["queue", "hold", "--all"], ["send", "--drain"],
                        ["db", "verify"], ["why", PEOPLE[0]]):
            done = self.refused(instance, 73, *command)
            self.assertIn("No space left on device", done.stderr)
        self.assertIn("No space left", self.refused(instance, 1, "status").stdout)
        disk.empty()
        self.assertEqual(instance.states(), {"queued": 3})
        instance.run("db", "verify")


class Verify(Case):
    """Each fault in turn, in a copy; the check that finds it is named."""

    faults = {
        "states": ["UPDATE message SET next = NULL WHERE subscriber = 1"],
        "senders": ["UPDATE message SET sender = 9, state = 3 WHERE subscriber = 1"],
        "editions": ["UPDATE message SET edition = 99, variant = NULL, state = 13, reason = 1,"
                     " next = NULL WHERE subscriber = 1"],
        "variants": ["UPDATE message SET variant = 99 WHERE subscriber = 1"],
        "attempts": ["INSERT INTO reply (id, code, text) VALUES (1, 250, 'ok')",
                     "UPDATE id_counter SET last = 1 WHERE kind = 'reply'",
                     "INSERT INTO attempt (edition, subscriber, number, at, stage, relay, reply,"
                     " verdict) VALUES (1, 99, 1, 1, 1, 'main', 1, 0)"],
        "references": ["PRAGMA foreign_keys = OFF", "UPDATE edition SET newsletter = 99"],
        "ids": ["UPDATE id_counter SET last = 1 WHERE kind = 'subscriber'"],
        "consent": ["DROP TRIGGER consent_is_append_only_delete",
                    "DELETE FROM consent WHERE subscriber = 1"],
    }

    def setUp(self):
        self.whole = self.instance(PEOPLE)
        self.copy = self.backup(self.whole)

    def found(self, path):
        done = self.whole.run("db", "verify", path, "--json", check=False)
        said = json.loads(done.stdout)
        wrong = [check["check"] for check in said["checks"] if not check["ok"]]
        self.assertEqual(done.returncode, 1 if wrong else 0)
        self.assertEqual(said["ok"], not wrong)
        return wrong, said

    def test_a_whole_one(self):
        wrong, said = self.found(self.copy)
        self.assertEqual(wrong, [])
        self.assertEqual({key: said["rows"][key] for key in ("subscribers", "messages")},
                         {"subscribers": 3, "messages": 3})
        self.assertRegex(self.whole.run("db", "verify").stdout, r"(?m)^ok       states$")

    def test_every_fault_is_found_and_named(self):
        for check, statements in self.faults.items():
            with self.subTest(check):
                damaged = self.copy.parent / f"{check}.db"
                shutil.copyfile(self.copy / "tidings.db", damaged)
                self.change(damaged, *statements)
                wrong, said = self.found(damaged)
                self.assertEqual(wrong, [check])
                (fault,) = [fault for fault in said["checks"] if not fault["ok"]]
                self.assertGreaterEqual(fault["count"], 1)
                self.assertTrue(fault["example"])

    def test_every_state_by_itself(self):
        """The table of states, row by row: what each may have and may not."""
        sound = {0: (1, 0), 2: (1, 0), 6: (1, 0), 5: (1, 0), 1: (0, 0), 7: (0, 0), 8: (0, 0),
                 9: (0, 0), 10: (0, 0), 11: (0, 0), 12: (0, 0)}
        for state, (waits, _) in sound.items():
            for has_next in (0, 1):
                damaged = self.copy.parent / "state.db"
                shutil.copyfile(self.copy / "tidings.db", damaged)
                self.change(damaged, f"UPDATE message SET state = {state}, next ="
                            f" {'due' if has_next else 'NULL'} WHERE subscriber = 1")
                wrong, _ = self.found(damaged)
                either = state in (5, 6)
                self.assertEqual(wrong, [] if either or has_next == waits else ["states"],
                                 (state, has_next))

    def pages(self, path, table):
        """The numbers of the pages of a table or index."""
        with self.store(path) as store:
            (root,) = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]
                                    ).fetchone()
            (size,) = store.execute("PRAGMA page_size").fetchone()
        return root, size

    def spoil(self, path, table):
        root, size = self.pages(path, table)
        with path.open("r+b") as file:
            file.seek((root - 1) * size)
            file.write(b"\xee" * size)

    def test_what_can_be_told_of_a_damaged_one_is_told(self):
        """The pages of a table are gone: what needs it says so, what does not is looked at."""
        damaged = self.copy.parent / "damaged.db"
        shutil.copyfile(self.copy / "tidings.db", damaged)
        self.spoil(damaged, "message")
        wrong, said = self.found(damaged)
        self.assertLessEqual({"integrity", "states", "editions", "variants"}, set(wrong))
        self.assertIsNone(said["rows"]["messages"])
        self.assertEqual((said["rows"]["subscribers"], said["rows"]["variants"]), (3, 1))
        self.assertIn("consent", {check["check"] for check in said["checks"] if check["ok"]})
        for check in said["checks"]:
            if check["check"] == "states":
                self.assertIn("cannot be read: verify_states: database: database disk image is malformed",
                              check["example"])
        self.assertRegex(self.whole.run("db", "verify", damaged, check=False).stdout,
                         r"(?m)^ +\? messages$")

    def test_one_that_cannot_be_opened_is_a_finding_too(self):
        for name, content in (("noise.db", b"no database at all" * 1000),
                              ("header.db", (self.copy / "tidings.db").read_bytes()[:100])):
            damaged = self.copy.parent / name
            damaged.write_bytes(content)
            wrong, said = self.found(damaged)
            self.assertEqual((wrong, said["schema"]), (["integrity"], None))
            self.assertIsNone(said["rows"]["messages"])

    def test_no_database_and_an_older_one(self):
        done = self.whole.run("db", "verify", "nowhere.db", check=False)
        self.assertEqual(done.returncode, 66)
        older = self.copy.parent / "older.db"
        shutil.copyfile(self.copy / "tidings.db", older)
        self.change(older, "DELETE FROM schema_migration WHERE number > 1")
        done = self.whole.run("db", "verify", older, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("db migrate", done.stderr)


class Migrate(Case):
    def test_it_says_from_and_to(self):
        instance = self.instance(PEOPLE)
        said = instance.json("db", "migrate")
        self.assertEqual(said["from"], said["to"])
        self.assertTrue(re.match(r"schema \d+, the newest", instance.run("db", "migrate").stdout))

    def test_a_newer_one_is_refused(self):
        instance = self.instance(PEOPLE)
        self.change(self.database(instance),
                    "INSERT INTO schema_migration VALUES (9000, '9000-future', 1)")
        done = self.refused(instance, 78, "db", "migrate")
        self.assertIn("newer", done.stderr)

    def test_a_new_one_is_made(self):
        instance = self.enterContext(tidings.Instance(9))
        self.refused(instance, 66, "db", "migrate", "--dry-run")
        self.assertEqual(instance.json("db", "migrate")["from"], 0)
        instance.run("db", "verify")


if __name__ == "__main__":
    unittest.main()
