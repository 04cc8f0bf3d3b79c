"""Signup files: what is dropped into subscribers/incoming/ is taken in once, whole, with a report,
whatever happens meanwhile."""

import json
import os
import signal
import socket
import stat
import subprocess
import unittest

import tidings
from signupfiles import Case, PATIENCE, until


class Files(Case):
    def test_a_file_is_taken_in_and_a_line_for_each_row_says_what_came_of_it(self):
        self.instance.run("subscribe", "kim@example.org", "--newsletter", "daily",
                          "--confirmed", "--source", "test")
        self.instance.run("subscribe", "lee@example.org", "--newsletter", "daily",
                          "--confirmed", "--source", "test")
        self.drop("email,newsletter,topics,action\r\n"
                  "ann@example.org,daily,finance,\r\n"
                  "bob@,daily,,\r\n"
                  "KIM@example.org,daily,,\r\n"
                  "lee@example.org,daily,,unsubscribe\r\n"
                  "kim@example.org,daily,workforce,change\r\n"
                  "eve@example.org,,,\r\n"
                  "eve@example.org,daily,\"cricket\",\r\n")
        result = self.take_in()
        file, = result["files"]
        self.assertEqual((result["taken"], result["refused"], result["left"]), (1, 0, 0))
        self.assertEqual([file[key] for key in ("file", "batch", "rows", "added", "updated",
                                                "unchanged", "refused", "reason")],
                         ["people.csv", 1, 7, 1, 2, 1, 3, None])
        self.assertEqual(file["report"], str(self.home / "done" / "1-people.csv.report.csv"))
        self.assertEqual(self.report("1-people.csv.report.csv"), [
            ("2", "ann@example.org", "taken", "pending", ""),
            ("3", "bob@", "refused", "", "nothing behind the @"),
            ("4", "KIM@example.org", "already there", "active", ""),
            ("5", "lee@example.org", "taken", "unsubscribed", ""),
            ("6", "kim@example.org", "taken", "active", ""),
            ("7", "eve@example.org", "refused", "", "no newsletter is named"),
            ("8", "eve@example.org", "refused", "", "topics: daily has no topic \"cricket\"")])
        self.assertEqual((self.names("incoming"), self.names("taking"), self.names("done")),
                         ([], [], ["1-people.csv", "1-people.csv.report.csv"]))
        self.assertEqual({email: (row["status"], row["topics"])
                          for email, row in self.people().items()},
                         {"ann@example.org": ("pending", "finance"),
                          "kim@example.org": ("active", "workforce"),
                          "lee@example.org": ("unsubscribed", "")})
        line, = self.instance.json("subscriber", "show", "ann@example.org")["consent"]
        self.assertEqual((line["event"], line["how"], line["batch"], line["file"]),
                         ("subscribed", "file", 1, "people.csv"))
        self.assertEqual(self.instance.query("SELECT action, subject, rows_changed FROM audit")[-1],
                         ("signups", "people.csv", 3))
        mode = stat.S_IMODE((self.home / "done" / "1-people.csv.report.csv").stat().st_mode)
        self.assertEqual(mode, 0o600)

    def test_the_same_file_again_changes_nothing(self):
        self.configure()
        content = "email,topics\nann@example.org,finance\nbob@example.org,\n"
        self.drop(content)
        self.take_in()
        before = self.instance.query("SELECT * FROM subscription"), self.instance.query("SELECT * FROM consent")
        self.drop(content)
        file, = self.take_in()["files"]
        self.assertEqual((file["batch"], file["unchanged"], file["added"], file["updated"]),
                         (2, 2, 0, 0))
        self.assertEqual((self.instance.query("SELECT * FROM subscription"),
                          self.instance.query("SELECT * FROM consent")), before)
        self.assertEqual([row[2] for row in self.report("2-people.csv.report.csv")],
                         2 * ["already there"])
        self.assertEqual(self.take_in()["files"], [])

    def test_two_files_with_the_same_people_the_younger_one_holds(self):
        self.configure()
        late = self.drop("email,topics\nann@example.org,finance\nbob@example.org,\n", "a.csv")
        early = self.drop("email,topics\nann@example.org,workforce\nbob@example.org,\n", "b.csv")
        os.utime(early, (1000000, 1000000))
        os.utime(late, (2000000, 2000000))
        result = self.take_in()
        self.assertEqual([(file["file"], file["added"], file["updated"], file["unchanged"])
                          for file in result["files"]],
                         [("b.csv", 2, 0, 0), ("a.csv", 0, 1, 1)])
        self.assertEqual(self.people()["ann@example.org"]["topics"], "finance")

    def test_a_list_of_addresses_is_a_file_too(self):
        self.configure()
        self.drop("ann@example.org\nnobody\n", "list")
        file, = self.take_in()["files"]
        self.assertEqual((file["added"], file["refused"]), (1, 1))

    def test_files_bring_nobody_back(self):
        self.configure()
        self.drop("ann@example.org\n")
        self.take_in()
        self.instance.run("unsubscribe", "ann@example.org")
        self.drop("ann@example.org\n")
        self.take_in()
        (_, _, result, _, why), = self.report("2-people.csv.report.csv")
        self.assertEqual(result, "refused")
        self.assertIn("unsubscribed on 2026-11-20", why)
        self.assertEqual(self.people()["ann@example.org"]["status"], "unsubscribed")

    def test_only_a_trusted_source_may_state_a_basis(self):
        self.configure()
        content = ("email,basis,source\n"
                   "ann@example.org,consent,\"form of 12 November, 11:02\"\n"
                   "bob@example.org,,\n"
                   "eve@example.org,consent,\n"
                   "kim@example.org,consent,a%0d%0aBcc: x@example.org\n")
        self.drop(content, "website/monday.csv")
        self.drop(content.replace("@", "@other."), "elsewhere/monday.csv")
        self.drop(content.replace("@", "@none."), "monday.csv")
        files = {file["file"]: file for file in self.take_in()["files"]}
        self.assertEqual({name: (file["added"], file["refused"]) for name, file in files.items()},
                         {"website/monday.csv": (2, 2), "elsewhere/monday.csv": (1, 3),
                          "monday.csv": (1, 3)})
        self.assertEqual({email: row["status"] for email, row in self.people().items()},
                         {"ann@example.org": "active", "bob@example.org": "pending",
                          "bob@other.example.org": "pending", "bob@none.example.org": "pending"})
        consent = [(line["event"], line["source"], line["basis"], line["file"])
                   for email in ("ann@example.org", "bob@example.org")
                   for line in self.instance.json("subscriber", "show", email)["consent"]]
        self.assertEqual(consent, [
            ("stated", "form of 12 November, 11:02", "consent", "website/monday.csv"),
            ("subscribed", "website", None, "website/monday.csv")])
        batch = files["website/monday.csv"]["batch"]
        whys = {line: why for line, _, _, _, why in self.report(f"{batch}-monday.csv.report.csv")}
        self.assertEqual((whys["4"], whys["5"]),
                         ("source is empty: how is it known that they agreed?",
                          "encoded characters in source"))

    # ---- what is left alone, and what is refused -----------------------------------------------

    def test_a_file_that_is_still_being_written_is_left_alone(self):
        self.configure()
        with open(self.incoming / "half.csv", "w", encoding="ascii") as half:
            half.write("email\nann@example.org\nbob@exa")
            half.flush()
            result = self.take_in()
            self.assertEqual((result["files"], result["left"]), ([], 1))
            self.assertEqual(self.names("incoming"), ["half.csv"])
            half.write("mple.org\n")
        self.assertEqual(self.take_in()["files"][0]["added"], 2)
        self.assertEqual(sorted(self.people()), ["ann@example.org", "bob@example.org"])

    def test_names_of_unfinished_uploads_and_a_fresh_empty_file_are_left_alone(self):
        self.configure()
        for name in (".people.csv", "people.csv~", "a.tmp", "a.part", "a.partial", "a.filepart"):
            self.drop("ann@example.org\n", name)
        empty = self.drop("", "empty.csv")
        self.assertEqual(self.take_in()["files"], [])
        self.assertEqual(len(os.listdir(self.incoming)), 7)
        os.utime(empty, (1000000, 1000000))
        file, = self.take_in()["files"]
        self.assertIn("empty", file["reason"])

    def test_links_and_odd_files_are_refused_with_the_reason_and_never_followed(self):
        self.configure()
        secret = self.instance.dir / "secret.csv"
        secret.write_text("mallory@example.org\n")
        (self.incoming / "link.csv").symlink_to(secret)
        os.link(secret, self.incoming / "hard.csv")
        os.mkfifo(self.incoming / "fifo.csv")
        with socket.socket(socket.AF_UNIX) as odd:
            here = os.getcwd()
            os.chdir(self.incoming)  # a socket's path is short
            odd.bind("socket.csv")
            os.chdir(here)
        result = self.take_in()
        reasons = {file["file"]: file["reason"] for file in result["files"]}
        self.assertEqual(result["refused"], 4)
        self.assertIn("symbolic link", reasons["link.csv"])
        self.assertIn("hard link", reasons["hard.csv"])
        for name in ("fifo.csv", "socket.csv"):
            self.assertIn("not a regular file", reasons[name])
        self.assertEqual((self.people(), self.names("incoming"), self.names("taking")),
                         ({}, [], []))
        self.assertEqual(len(self.names("refused")), 8)
        for file in result["files"]:
            why = self.home / "refused" / f"{file['batch']}-{file['file']}.reason.txt"
            self.assertEqual(why.read_text(encoding="utf-8"), file["reason"] + "\n")

    def test_what_is_no_file_of_people_goes_to_refused_and_the_others_are_taken(self):
        self.configure()
        self.drop("email;name\nann@example.org;Ann\n", "semicolons.csv")
        self.drop(b"PK\x03\x04\0\0\x08", "book.xlsx")
        self.drop("ann@example.org\n", "z.csv")
        result = self.take_in()
        self.assertEqual((result["taken"], result["refused"]), (1, 2))
        reasons = {file["file"]: file["reason"] for file in result["files"]}
        self.assertIn("semicolons", reasons["semicolons.csv"])
        self.assertIn("column", reasons["book.xlsx"])
        self.assertEqual(list(self.people()), ["ann@example.org"])

    def test_a_file_that_cannot_be_read_goes_to_refused(self):
        self.configure()
        self.drop("ann@example.org\n", "closed.csv").chmod(0)
        self.drop("bob@example.org\n", "open.csv")
        # root reads everything, but for one without its capabilities
        powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        command = [*powerless, tidings.BINARY, "-C", self.instance.dir, "--now", self.instance.now,
                   "subscriber", "take-in", "--json"]
        done = subprocess.run([os.fspath(word) for word in command], check=False, capture_output=True,
                              text=True, timeout=280)
        files = {file["file"]: file for file in json.loads(done.stdout)["files"]}
        self.assertIn("cannot be read", files["closed.csv"]["reason"])
        self.assertEqual(list(self.people()), ["bob@example.org"])
        self.assertEqual((self.names("incoming"), self.names("taking")), ([], []))
        self.assertTrue([name for name in self.names("refused") if name.endswith("closed.csv")])

    def test_files_are_forgotten_when_their_time_is_over(self):
        self.configure()
        self.drop("ann@example.org\nbad\n")
        self.drop("a;b\n", "bad.csv")
        mine = self.home / "mine.csv"
        mine.write_text("bob@example.org\nbad\n")
        self.take_in()
        self.instance.run("subscriber", "import", mine, "--newsletter", "daily")
        files = len(self.names("done") + self.names("refused")) + 1
        def compact(*words):
            return self.instance.json("db", "compact", *words,
                                      now="2200-01-01T00:00:00Z")["files"]
        self.assertEqual(self.instance.json("db", "compact")["files"], 0)
        self.assertEqual(compact("--dry-run"), files)
        self.assertEqual(compact(), files)
        self.assertEqual(compact(), 0)
        self.assertEqual((self.names("done"), self.names("refused"),
                          sorted(path.name for path in self.home.glob("*.csv"))),
                         ([], [], ["mine.csv"]))

    def test_names_cannot_lead_elsewhere_or_drive_a_terminal(self):
        self.configure()
        long = "n" * 251 + ".csv"
        for name in ("a\x1b[2J\n.csv", "..csv..", "-rf", long):
            self.drop("ann@example.org\n", name)
        done = self.instance.run("subscriber", "take-in")
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertEqual(os.listdir(self.incoming), ["..csv.."])  # begins with a dot
        self.assertEqual(len(self.names("done")), 6)

    def test_folders_that_are_no_source_are_not_looked_into(self):
        self.configure()
        self.drop("ann@example.org\n", "Not A Source/people.csv")
        self.drop("bob@example.org\n", "source/people.csv")
        (self.incoming / "source" / "deeper").mkdir()
        (self.incoming / "source" / "deeper" / "people.csv").write_text("eve@example.org\n")
        self.take_in()
        self.assertEqual(list(self.people()), ["bob@example.org"])

    def test_the_configuration_is_checked_with_its_line(self):
        self.configure("signups:\n  newsletter: monthly\n  trusted: [../x]\n")
        done = self.instance.run("check", check=False)
        self.assertRegex(done.stdout + done.stderr, r":\d+: error: signups.newsletter: .*monthly")
        self.assertRegex(done.stdout + done.stderr, r":\d+: error: signups.trusted\[0\]")


class Role(Case):
    """`tidings run signups`."""

    def start(self):
        daemon = self.instance.start("run", "signups")
        self.addCleanup(self.end, daemon)
        return daemon

    def end(self, daemon):
        if daemon.poll() is None:
            daemon.kill()
        daemon.communicate()

    def test_it_takes_in_what_lay_there_and_what_comes_and_ends_when_asked(self):
        self.configure()
        self.drop("before@example.org\n", "before.csv")
        daemon = self.start()
        until(lambda: "1-before.csv" in self.names("done"), "what lay there")
        self.drop("ann@example.org\n", ".upload")
        os.rename(self.incoming / ".upload", self.incoming / "moved.csv")
        until(lambda: "2-moved.csv" in self.names("done"), "what was moved there")
        with open(self.incoming / "slow.csv", "w", encoding="ascii") as slow:
            slow.write("bob@example.org\n")
            slow.flush()
            self.drop("eve@example.org\n", "website/new.csv")  # a source that was not there
            until(lambda: any(name.endswith("new.csv") for name in self.names("done")),
                  "a file in a new folder")
            self.assertIn("slow.csv", self.names("incoming"))
        until(lambda: any(name.endswith("slow.csv") for name in self.names("done")),
              "the file that was written slowly")
        daemon.send_signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(PATIENCE), 0)
        self.assertEqual(sorted(self.people()), ["ann@example.org", "before@example.org",
                                                 "bob@example.org", "eve@example.org"])


if __name__ == "__main__":
    unittest.main()
