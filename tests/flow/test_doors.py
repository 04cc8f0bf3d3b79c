"""Every door through which people come (command, import, sync, signup file, mail): the same rules at each. Whoever
left, bounced, was suppressed or erased stays so; nothing that would be a header comes in; one who is
signed up by all of them gets one mail."""

import csv
import sqlite3
import unittest

import commandmail
import sinks
import tidings

NOW = "2026-11-20T12:00:00Z"
BASIS = ("--confirmed", "--source", "a form")
GONE = ("left", "bounced", "complained", "suppressed", "erased")


class Case(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.instance.configure("# signups:\n", "signups:\n  newsletter: daily\n  trusted: [website]\n")
        commandmail.switch_on(self.instance)

    def json(self, *words, **more):
        return self.instance.json(*words, **more)

    def file(self, content, name="people.csv"):
        path = self.instance.dir / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
        return path

    def database(self):
        return self.enterContext(sqlite3.connect(self.instance.dir / "queue" / "tidings.db"))

    def mail(self, *words, **more):
        return self.json("mail", "ingest", input=commandmail.mail(*words, **more))["result"]


class Gone(Case):
    """Each way to be gone, at each door."""

    def setUp(self):
        super().setUp()
        everybody = [*GONE, "stays"]
        self.batch = self.json("subscriber", "import", self.file(self.rows(everybody)), "--newsletter",
                               "daily", *BASIS)["batch"]
        self.instance.run("unsubscribe", "left@example.org")
        for name, event in (("bounced", 6), ("complained", 6)):
            with self.database() as db:
                db.execute("UPDATE subscription SET status = 3 WHERE subscriber = (SELECT id FROM "
                           "subscriber WHERE address = ?)", [f"{name}@example.org"])
                db.execute("INSERT INTO consent (subscriber, newsletter, number, at, event, how) SELECT id, 1,"
                           " 2, 0, ?, 'bounce' FROM subscriber WHERE address = ?",
                           [event, f"{name}@example.org"])
        self.instance.run("subscriber", "suppress", "suppressed@example.org", "--reason", "by letter")
        self.instance.run("subscriber", "erase", "erased@example.org", check=False)
        self.json("send", "--drain")  # goodbyes
        self.before = self.standing()

    def rows(self, names, more=""):
        return "".join(f"{name}@example.org{more}\n" for name in names)

    def standing(self):
        """What each is, and who would be mailed."""
        rows = {row["email"].split("@")[0]: row["status"] for row in self.json("subscriber", "list")}
        suppressed = self.database().execute("SELECT count(*) FROM suppression").fetchone()
        return rows, suppressed

    def mailed(self, day):
        self.instance.briefing("daily", f"2026-11-{day}.txt", "The lead is long enough to be one.\n")
        now = f"2026-11-{day}T13:00:00Z"
        self.json("edition", "assemble", "daily", "--date", f"2026-11-{day}", now=now)
        before = len(self.sink.mails)
        self.json("send", "--drain", now=now)
        return sorted(mail.recipients[0] for mail in self.sink.mails[before:])

    def test_nobody_comes_back_by_any_of_them(self):
        self.assertEqual(self.before[0], {"left": "unsubscribed", "bounced": "suspended",
                                          "complained": "suspended", "suppressed": "active", "stays": "active"})
        trusted = "email,basis,source\n" + self.rows([*GONE, "stays"], ",consent,a form of today")
        plain = self.rows([*GONE, "stays"])
        doors = {
            "import": lambda: self.json("subscriber", "import", self.file(plain), "--newsletter", "daily"),
            "import with a basis": lambda: self.json("subscriber", "import", self.file(plain), "--newsletter",
                                                     "daily", *BASIS),
            "sync": lambda: self.json("subscriber", "sync", self.file(plain), "--newsletter", "daily", *BASIS,
                                      "--apply"),
            "signup file": lambda: self.take(plain, "subscribers/incoming/a.csv"),
            "trusted signup file": lambda: self.take(trusted, "subscribers/incoming/website/b.csv"),
        }
        for day, (name, door) in enumerate(doors.items(), 20):
            with self.subTest(name):
                door()
                self.assertEqual(self.standing(), self.before)
                self.assertEqual(self.mailed(day), ["stays@example.org"])

    def test_nor_where_a_stranger_has_signed_up_who_had_left(self):
        def status():
            return self.standing()[0]["left"]

        plain = self.rows(["left", "stays"])
        doors = {
            "import": lambda **at: self.json("subscriber", "import", self.file(plain), "--newsletter", "daily",
                                             *BASIS, **at),
            "sync": lambda **at: self.json("subscriber", "sync", self.file(self.rows([*GONE, "stays"])),
                                           "--newsletter", "daily", *BASIS, "--apply", **at),
            "file": lambda **at: self.take("email,basis,source\n" + self.rows(["left"], ",consent,a form of today"),
                                           "subscribers/incoming/website/b.csv", **at),
        }
        self.assertEqual(self.mail("subscribe", sender="left@example.org"), "asked")
        for name, door in doors.items():
            with self.subTest(name):
                door()
                self.assertEqual(status(), "pending")
        later = {"now": "2026-12-10T12:00:00Z"}
        self.assertEqual(self.json("subscriber", "tend", **later)["forgotten"], 1)
        self.assertEqual(self.standing(), self.before)
        for name, door in doors.items():
            with self.subTest(name):
                door(**later)
                self.assertEqual(status(), "unsubscribed")
        self.json("subscribe", "left@example.org", "--newsletter", "daily", *BASIS, **later)
        self.assertEqual(status(), "active")

    def test_a_sync_that_took_somebody_off_by_mistake_is_no_leaving_once_it_is_undone(self):
        self.json("subscribe", "new@example.org", "--newsletter", "daily")
        batch = self.json("subscriber", "sync", self.file(self.rows([*GONE, "stays"])), "--newsletter", "daily",
                          "--apply")["batch"]
        self.json("subscriber", "import", "--undo", str(batch))
        self.json("subscriber", "import", self.file(self.rows(["new"])), "--newsletter", "daily", *BASIS)
        self.assertEqual(self.standing()[0]["new"], "active")

    def take(self, content, path, **more):
        self.file(content, path)
        self.json("subscriber", "take-in", **more)

    def test_nor_by_undoing_what_brought_or_changed_them(self):
        changed = "email,topics\n" + self.rows(["left", "bounced", "suppressed", "erased", "stays"], ",finance")
        second = self.json("subscriber", "import", self.file(changed), "--newsletter", "daily")["batch"]
        for batch in (second, self.batch):
            self.json("subscriber", "import", "--undo", str(batch))
            rows, suppressed = self.standing()
            self.assertEqual({name: status for name, status in rows.items()
                              if (name, status) != ("suppressed", "active") and name != "stays"},
                             {name: status for name, status in self.before[0].items()
                              if name not in ("suppressed", "stays")})
            self.assertEqual(suppressed, self.before[1])
        self.json("subscriber", "import", self.file(self.rows(GONE)), "--newsletter", "daily", *BASIS)
        self.assertEqual(set(self.mailed(24)) & {f"{name}@example.org" for name in GONE}, set())


class Header(Case):
    """What would be a header, or end a line, is refused, with the line where there is one."""

    EVIL = "x\r\nBcc: all@evil.example"

    def refused(self, *words, **more):
        done = self.instance.run(*words, check=False, **more)
        self.assertIn(done.returncode, (64, 65), f"{words}: {done.stdout}{done.stderr}")
        self.assertNotIn("\nBcc:", done.stderr)

    def test_by_command(self):
        self.instance.run("subscribe", "ann@example.org", "--newsletter", "daily", *BASIS)
        for verb in (("subscribe", "bob@example.org"), ("subscriber", "set", "ann@example.org")):
            for option in ("--name", "--topics", "--timezone", "--at", "--cadence", "--format"):
                with self.subTest(verb=verb, option=option):
                    self.refused(*verb, "--newsletter", "daily", option, self.EVIL)
        self.refused("subscribe", f"b@example.org{self.EVIL}", "--newsletter", "daily")
        self.refused("subscribe", "b@example.org", "--newsletter", "daily", "--confirmed", "--source", self.EVIL)
        for words in (self.EVIL, "x =?utf-8?q?=0D=0ABcc:_x?=", "x%0d%0aBcc: x", "\udcff", "x" * 501, " "):
            with self.subTest(words=words[:30]):
                self.refused("subscriber", "confirm", "ann@example.org", "--source", words)
                self.refused("subscriber", "suppress", "ann@example.org", "--reason", words)
                self.refused("subscriber", "reinstate", "ann@example.org", "--reason", words)
        self.refused("subscriber", "rename", "ann@example.org", f"b@example.org{self.EVIL}")
        self.refused("subscriber", "import", self.file("b@example.org\n"), "--newsletter", "daily", "--confirmed",
                     "--source", self.EVIL)
        self.clean()

    def test_by_file(self):
        out = self.instance.dir / "evil.csv"
        cells = ("name", "topics", "timezone", "at", "cadence", "format", "basis", "source")
        with out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["email", *cells])
            for i, cell in enumerate(cells):
                writer.writerow([f"r{i}@example.org", *(self.EVIL if key == cell else
                                                        {"basis": "consent", "source": "a form"}.get(key, "")
                                                        for key in cells)])
            writer.writerow(["r9@example.org" + self.EVIL, *[""] * len(cells)])
        lines = {2 * n + 2 for n in range(len(cells) + 1)}  # each row runs over two lines
        taken = self.json("subscriber", "import", out, "--newsletter", "daily", *BASIS)
        self.assertEqual((taken["added"], taken["refused"]), (0, len(lines)))
        with open(taken["errors"], encoding="utf-8", newline="") as file:
            self.assertEqual({int(row[0]) for row in list(csv.reader(file))[1:]}, lines)
        shown = self.json("subscriber", "sync", out, "--newsletter", "daily", *BASIS)
        self.assertEqual({row["line"] for row in shown["differences"] if row["change"] == "fault"}, lines)
        self.file(out.read_text(encoding="utf-8"), "subscribers/incoming/website/evil.csv")
        done, = self.json("subscriber", "take-in")["files"]
        self.assertEqual((done["added"], done["refused"]), (0, len(lines)))
        with open(done["report"], encoding="utf-8", newline="") as file:
            self.assertEqual({int(row[0]) for row in list(csv.reader(file))[1:]}, lines)
        self.clean()

    def test_by_mail(self):
        for subject, sender in (("subscribe daily\n Bcc: x@evil.example", "ann@example.org"),
                                ("=?utf-8?q?subscribe=0D=0ABcc:_x@evil.example?=", "bob@example.org"),
                                ("subscribe", "=?utf-8?q?a=0D=0ABcc:x?=@example.org")):
            self.mail(subject, sender=sender)
        self.json("send", "--drain")
        for mail in self.sink.mails:
            self.assertNotIn(b"\nBcc:", mail.content)
            self.assertNotIn(b"evil", mail.content)
        self.clean()

    def clean(self):
        """No text of the database that was ours to check has a line end in it."""
        db = self.database()
        for table, column in (("subscriber", "address"), ("subscriber", "name"), ("consent", "source"),
                              ("prefs", "topics"), ("prefs", "zone"), ("suppression", "evidence"),
                              ("batch", "source")):
            found = db.execute(f"SELECT {column} FROM {table} WHERE instr({column}, char(10)) OR "
                               f"instr({column}, char(13))").fetchall()
            self.assertEqual(found, [], (table, column))


class Victim(Case):
    def test_a_victim_signed_up_by_all_doors_gets_one_mail(self):
        times = 250 if tidings.FULL else 8
        for i in range(times):
            address = ("victim@readers.example", "VICTIM@Readers.Example")[i % 2]
            self.json("subscribe", address, "--newsletter", "daily")
            self.file(f"{address}\n", f"subscribers/incoming/{i}.csv")
            self.json("subscriber", "take-in")
            self.assertEqual(self.mail(("subscribe", "join daily")[i % 2], sender=address), "asked")
            self.json("send", "--drain")
            self.instance.run("unsubscribe", address)
        self.json("subscribe", "victim@readers.example", "--newsletter", "daily")
        self.json("send", "--drain")
        self.assertEqual(len(self.sink.mails), 1)


if __name__ == "__main__":
    unittest.main()
