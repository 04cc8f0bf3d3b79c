"""Bounces end to end with real servers: we send through Postfix, Postfix reports to the signed
addresses, Dovecot holds the mailbox, and the role `bounces` reads it over IMAPS and POP3S."""

import os
import time
import unittest

import mailservers
import returned
import tidings
from daemons import Daemon
from mailservers import MailServers, until

mailservers.need()

DATE = "2026-11-20"
NOW = f"{DATE}T07:00:00Z"
HERE = [f"here{i}@far.example" for i in range(3)]
GONE = [f"gone{i}@far.example" for i in range(2)]
FULL, AWAY = "full@far.example", "away@far.example"
EVERYBODY = [*HERE, *GONE, FULL, AWAY]
PEOPLE = {**dict.fromkeys(HERE), FULL: "error:5.2.2 mailbox full", AWAY: "vacation:"}


def send(instance, date=DATE, now=NOW):
    instance.briefing("daily", f"{date}.txt", f"The lead of {date}, long enough to be one.\n")
    instance.run("edition", "assemble", "daily", "--date", date, now=now)
    instance.run("send", "--drain", now=now)


def standings(instance):
    rows = instance.json("subscriber", "list")
    return {row["email"]: row["status"] for row in rows}


class EndToEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(MailServers(PEOPLE))

    def setUp(self):
        for path in self.servers.mailbox("bounce"):
            path.unlink()
        self.instance = self.enterContext(tidings.Instance(self.servers.smtp, now=NOW))
        self.instance.subscribe([{"email": address} for address in EVERYBODY])
        send(self.instance)
        self.assertEqual(self.instance.states(), {"sent": len(EVERYBODY)})
        self.servers.wait_for_mails("bounce", 4)  # two gone, one full, one vacation

    def read_by_role(self, kind):
        self.servers.configure(self.instance, kind)
        daemon = Daemon(self.instance, "bounces", now=f"{DATE}T07:10:00Z")
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(9))
        until(lambda: len(self.instance.json("bounce", "list", "result=counted,nothing")) == 4,
              "4 judged", lambda: "\n".join(daemon.lines))
        until(lambda: not self.servers.mailbox("bounce"), "an empty mailbox",
              lambda: "\n".join(daemon.lines))
        self.assertEqual(daemon.end(), 0)

    def check(self):
        expected = {address: "suspended" if address in GONE else "active" for address in EVERYBODY}
        self.assertEqual(standings(self.instance), expected)
        states = {address: row["state"] for address, row in self.instance.queue().items()}
        self.assertEqual(states, {address: "bounced" if address in [*GONE, FULL] else "sent"
                                  for address in EVERYBODY})
        results = sorted((row["address"], row["result"], row["kind"])
                         for row in self.instance.json("bounce", "list"))
        self.assertEqual(results, sorted([(GONE[0], "counted", "hard"), (GONE[1], "counted", "hard"),
                                          (FULL, "counted", "soft"), (AWAY, "nothing", "none")]))

    def test_over_imaps(self):
        self.read_by_role("imaps")
        self.check()

    def test_over_pop3s(self):
        self.read_by_role("pop3s")
        self.check()

    def test_a_crash_at_any_commit_loses_and_doubles_nothing(self):
        self.servers.configure(self.instance, "imaps", "pop3s")
        for n in range(1, 200):
            kind = ("imaps", "pop3s")[n % 2]
            minute = 10 + 2 * n  # what was begun and not ended is free again after a minute
            done = self.instance.run("bounce", "poll", kind, check=False, env={**os.environ, "TIDINGS_CRASH_AT": str(n)},
                                     now=f"{DATE}T{7 + minute // 60:02}:{minute % 60:02}:00Z")
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 99, done.stderr)
            kept = len(self.servers.mailbox("bounce"))
            stored = len(self.instance.json("bounce", "list"))
            self.assertGreaterEqual(kept + stored, 4)
        self.assertGreater(n, 3)
        self.assertEqual(self.servers.mailbox("bounce"), [])
        self.check()


class Reading(unittest.TestCase):
    """What a mailbox may be like."""

    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(MailServers())

    def setUp(self):
        for path in self.servers.mailbox("bounce"):
            path.unlink()
        self.instance = self.enterContext(tidings.Instance(self.servers.smtp, now=NOW))

    def poll(self, kind, check=True):
        done = self.instance.run("bounce", "poll", kind, "--json", check=check)
        return tidings.json.loads(done.stdout) if check else done

    def test_many_mails_come_page_by_page(self):
        count = 700 if tidings.FULL else 130
        for kind in ("imaps", "pop3s"):
            with self.subTest(kind=kind):
                self.servers.put("bounce", [returned.report("bounce@news.example", f"r{i}@far.example")
                                            for i in range(count)])
                if kind == "imaps":
                    self.servers.configure(self.instance, "imaps", "pop3s")
                self.assertEqual(self.poll(kind)["taken"], count)
                self.assertEqual(self.servers.mailbox("bounce"), [])

    def test_killed_at_any_moment_it_loses_and_doubles_nothing(self):
        count = 60
        self.servers.configure(self.instance, "imaps", "pop3s")
        self.servers.put("bounce", [returned.report("bounce@news.example", f"r{i}@far.example")
                                    for i in range(count)])
        hits = 0
        for n in range(400):
            polling = self.instance.start("bounce", "poll", ("imaps", "pop3s")[n % 2])
            time.sleep(0.02 + 0.004 * n)  # spreads the kills; what is hit does not matter
            polling.kill()
            polling.communicate()
            hits += polling.returncode == -9
            stored = len(self.instance.json("bounce", "list"))
            self.assertGreaterEqual(len(self.servers.mailbox("bounce")) + stored, count)
            if polling.returncode == 0:
                break
        print(f"killed {hits} times", flush=True)
        self.assertGreater(hits, 3)
        mailservers.until(lambda: self.poll("imaps") and not self.servers.mailbox("bounce"),
                          "an empty mailbox")
        self.assertEqual(len(self.instance.json("bounce", "list")), count)

    def test_kept_mails_are_read_once(self):
        self.servers.configure(self.instance, "imaps", then="keep")
        mails = [returned.report("bounce@news.example", f"r{i}@far.example") for i in range(60)]
        self.servers.put("bounce", mails[:55])
        self.assertEqual(self.poll("imaps")["taken"], 55)
        self.assertEqual((self.poll("imaps")["taken"], self.poll("imaps")["known"]), (0, 0))
        self.servers.put("bounce", mails[55:])
        after = self.poll("imaps")
        self.assertEqual((after["taken"], after["known"]), (5, 0))
        self.assertEqual(len(self.servers.mailbox("bounce")), 60)

    def test_another_uidvalidity_has_all_read_anew_and_counted_once(self):
        self.servers.configure(self.instance, "imaps", then="keep")
        self.servers.put("bounce", [returned.report("bounce@news.example", f"r{i}@far.example")
                                    for i in range(3)])
        self.assertEqual(self.poll("imaps")["taken"], 3)
        maildir = self.servers.dir / "mail" / "bounce" / "Maildir"
        for path in maildir.glob("dovecot*"):
            path.unlink()  # the server's memory of UIDs
        mailservers.until(lambda: self.poll("imaps")["known"] == 3, "all known")
        self.assertEqual(len(self.instance.json("bounce", "list")), 3)

    def test_moved_mails_lie_in_the_other_folder(self):
        self.servers.configure(self.instance, "imaps", then="move", more="    move_to: Done\n")
        self.servers.put("bounce", [returned.report("bounce@news.example", "r@far.example")])
        refused = self.poll("imaps", check=False)  # there is no such folder
        self.assertEqual(refused.returncode, 69, refused.stderr)
        self.assertEqual(len(self.servers.mailbox("bounce")), 1)
        (self.servers.dir / "mail/bounce/Maildir/.Done").mkdir()
        for part in ("", "cur", "new", "tmp"):
            folder = self.servers.dir / "mail/bounce/Maildir/.Done" / part
            folder.mkdir(exist_ok=True)
            mailservers.shutil.chown(folder, "nobody")
        self.assertEqual(self.poll("imaps")["known"], 1)
        self.assertEqual(self.servers.mailbox("bounce"), [])
        self.assertEqual(len([*(self.servers.dir / "mail/bounce/Maildir/.Done/cur").iterdir(),
                              *(self.servers.dir / "mail/bounce/Maildir/.Done/new").iterdir()]), 1)

    def test_a_large_mail_is_cut_and_gone(self):
        mail = returned.report("bounce@news.example", "r@far.example")
        for kind in ("imaps", "pop3s"):
            with self.subTest(kind=kind):
                self.servers.put("bounce", [mail + kind.encode() + b"x" * 70 + b"\n" +
                                            (b"y" * 76 + b"\n") * 40000])
                if kind == "imaps":
                    self.servers.configure(self.instance, "imaps", "pop3s")
                self.assertEqual(self.poll(kind)["taken"], 1)
                self.assertEqual(self.servers.mailbox("bounce"), [])
        for row in self.instance.json("bounce", "list"):
            shown = self.instance.json("bounce", "show", str(row["id"]))
            self.assertLessEqual(int(shown["mail"].split()[0]), 1024 * 1024)

    def test_a_wrong_password_or_certificate_is_refused_and_told(self):
        for kind in ("imaps", "pop3s"):
            with self.subTest(kind=kind):
                self.servers.put("bounce", [returned.report("bounce@news.example", "r@far.example")])
                path = self.instance.dir / "conf" / "tidings.yaml"
                before = path.read_text()
                self.servers.configure(self.instance, kind)
                good = path.read_text()
                path.write_text(good.replace("127.0.0.1:" + str(getattr(self.servers, kind)),
                                             "localhost:" + str(getattr(self.servers, kind))))
                refused = self.poll(kind, check=False)
                self.assertEqual(refused.returncode, 69, refused.stderr)
                self.assertIn("certificate", refused.stderr.lower())
                path.write_text("".join(line for line in good.splitlines(True)
                                        if "ca_file: " + str(self.servers.ca) not in line))
                refused = self.poll(kind, check=False)
                self.assertEqual(refused.returncode, 69, refused.stderr)
                path.write_text(good)
                secret = self.instance.dir / "conf/keys/bounce-password"
                secret.write_text("wrong password\n")
                refused = self.poll(kind, check=False)
                self.assertEqual(refused.returncode, 77, refused.stderr)
                self.assertNotIn("wrong password", refused.stderr + refused.stdout)
                self.assertEqual(len(self.servers.mailbox("bounce")), 1)
                path.write_text(before)
                for mail in self.servers.mailbox("bounce"):
                    mail.unlink()

    def test_a_password_may_come_from_a_command(self):
        self.servers.configure(self.instance, "imaps")
        command = self.instance.dir / "password.sh"
        command.write_text(f"#!/bin/sh\nprintf '%s\\n' '{mailservers.PASSWORD}'\n")
        command.chmod(0o755)
        password = self.instance.dir / "conf/keys/bounce-password"
        self.instance.configure(f"password_file: {password}", f"password_command: {command}")
        self.servers.put("bounce", [returned.report("bounce@news.example", "r@far.example")])
        self.assertEqual(self.poll("imaps")["taken"], 1)


if __name__ == "__main__":
    unittest.main()
