"""A backup that is older than an erasure still holds the person: restoring it erases them again."""

import unittest

import test_erase as erase
import peer
import tidings

WHO = erase.WHO
DAY2, DAY3 = "2026-11-21T06:00:00Z", "2026-11-22T06:00:00Z"


class Restored(erase.Case):
    def setUp(self):
        self.server = self.enterContext(peer.Peer())
        self.instance_at(self.server.port)
        self.take(f"{WHO}\nbob@example.org\n")
        self.instance.briefing("daily", "2026-11-20.txt", erase.BRIEFING)
        self.json("edition", "assemble", "daily", "--date", "2026-11-20")
        self.backup = self.instance.dir.parent / "backup"  # elsewhere, as a backup should be
        self.addCleanup(lambda: tidings.shutil.rmtree(self.backup, ignore_errors=True))
        self.instance.run("db", "backup", self.backup)

    def restore(self, *words, where=None, now=DAY3):
        done = tidings.run(["-C", where or self.instance.dir, "db", "restore", self.backup, "--json", *words],
                           now=now)
        return tidings.json.loads(done.stdout)

    def receivers(self):
        return sorted(mail[1].lower() for mail in self.server.mails)

    def test_who_was_erased_since_is_erased_again_and_not_mailed(self):
        self.erase(now=DAY2)
        ledger = self.query("SELECT at, event FROM consent ORDER BY at, event")
        self.assertIn("ann.lee@", (self.backup / "tidings.db").read_bytes().decode("latin-1").lower())
        self.assertEqual(self.restore("--replace")["erased"], 1)
        for old in (self.instance.dir / "queue").glob("*.replaced-*"):
            old.unlink()
        self.assertEqual(self.grep("ann.lee@"), [])
        self.assertEqual(self.query("SELECT at, event FROM consent ORDER BY at, event"), ledger)
        self.assertEqual(self.query("SELECT reason FROM suppression"), [(20,)])
        self.instance.run("db", "release", now=DAY3)
        self.instance.run("send", "--drain", now="2026-11-20T07:30:00Z")
        self.assertEqual(self.receivers(), ["bob@example.org"])
        self.assertEqual(self.take(f"{WHO}\n", now=DAY3)["refused"], 1)
        self.assertEqual(len((self.instance.dir / "conf/erased.txt").read_text().splitlines()), 4)

    def test_a_restore_cut_short_erases_at_the_release(self):
        self.erase(now=DAY2)
        listed = self.instance.dir / "conf" / "erased.txt"
        kept = listed.read_text()
        listed.unlink()  # as though it had not come to that
        self.assertEqual(self.restore("--replace")["erased"], 0)
        listed.write_text(kept)
        self.instance.run("db", "release", now=DAY3)
        self.instance.run("send", "--drain", now="2026-11-20T07:30:00Z")
        self.assertEqual(self.receivers(), ["bob@example.org"])

    def test_under_another_address_than_in_the_backup(self):
        self.instance.run("subscriber", "rename", WHO, "ann@new.example", now=DAY2)
        self.erase("ann@new.example", now=DAY2)
        self.assertEqual(self.restore("--replace")["erased"], 1)
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")], ["bob@example.org"])

    def test_the_same_number_of_another_database_is_another_person(self):
        self.erase("bob@example.org", now=DAY2)
        listed = self.instance.dir / "conf" / "erased.txt"
        line = listed.read_text().splitlines()[-1].split()
        yesterday = str(int(line[3]) - 86_400_000_000)
        listed.write_text(" ".join([line[0], line[1], "1", yesterday]) + "\n")
        self.restore("--replace")
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")], [WHO])

    def test_who_came_back_by_their_own_wish_is_not_erased_again(self):
        self.erase(now=DAY2)
        self.instance.run("subscriber", "reinstate", WHO, "--reason", "by letter", now=DAY2)
        self.instance.run("subscribe", WHO, "--newsletter", "daily", "--confirmed", "--source", "letter",
                          now=DAY2)
        tidings.shutil.rmtree(self.backup)
        self.instance.run("db", "backup", self.backup, now=DAY2)
        self.assertEqual(self.restore("--replace")["erased"], 0)
        self.assertEqual(sorted(row["email"] for row in self.json("subscriber", "list")),
                         [WHO, "bob@example.org"])

    def test_nobodys_address_stays_suppressed(self):
        self.erase("eve@example.org", now=DAY2)
        self.assertEqual(self.restore("--replace")["erased"], 0)
        self.assertEqual(self.take("eve@example.org\n", now=DAY3)["refused"], 1)

    def test_a_damaged_list_stops_the_release_with_its_line(self):
        self.erase(now=DAY2)
        listed = self.instance.dir / "conf" / "erased.txt"
        listed.write_text(listed.read_text() + "1 2 3\n")
        done = self.instance.run("db", "restore", self.backup, "--replace", check=False, now=DAY3)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("erased.txt:5: this is no erasure", done.stderr)
        self.assertEqual(self.instance.run("db", "release", check=False, now=DAY3).returncode, 65)

    def test_the_list_goes_with_every_backup(self):
        self.erase(now=DAY2)
        later = self.instance.dir.parent / "later"
        self.addCleanup(lambda: tidings.shutil.rmtree(later, ignore_errors=True))
        self.instance.run("db", "backup", later, "--without-keys", now=DAY2)
        self.assertEqual((later / "conf/erased.txt").read_text(),
                         (self.instance.dir / "conf/erased.txt").read_text())


class Incoming(erase.Case):
    def test_a_file_that_waits_is_told_and_brings_nobody_back(self):
        self.instance_at(erase.CLOSED_PORT)
        self.take(f"{WHO}\n")
        waiting = self.instance.dir / "subscribers" / "incoming" / "list.csv"
        waiting.write_text(f"{WHO}\nkim@example.org\n")
        done = self.instance.run("subscriber", "erase", WHO, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"still there, for you to delete: {waiting}", done.stdout)
        taken, = self.json("subscriber", "take-in")["files"]
        self.assertEqual((taken["added"], taken["refused"]), (1, 1))
        self.assertEqual([row["email"] for row in self.json("subscriber", "list")], ["kim@example.org"])
        self.erase()  # now it is ours, and exits 0
        self.assertEqual(self.grep("ann.lee@"), [])


if __name__ == "__main__":
    unittest.main()
