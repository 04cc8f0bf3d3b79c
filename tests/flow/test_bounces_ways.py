"""The ways in that need no mail server: a pipe, a Maildir, the senders themselves; and what must not stop
them: full disks, mails that kill their reader, a role that is killed."""

import json
import os
import unittest

import peer
import returned
import tidings
from bouncing import BRIEFING, DATE, LATER, NOW, Case
from daemons import Daemon


def maildir(instance, then="delete", more=""):
    """A Maildir of the instance's own, configured as `box`."""
    path = instance.dir / "box"
    for part in ("new", "cur", "tmp"):
        (path / part).mkdir(parents=True, exist_ok=True)
    conf = instance.dir / "conf" / "tidings.yaml"
    conf.write_text(conf.read_text() + f"bounces:\n  - name: box\n    url: maildir:box\n"
                    f"    then: {then}\n    every: 1s\n{more}")
    return path


def put(path, mails):
    for number, mail in enumerate(mails):
        (path / "new" / f"{number:06}.test").write_bytes(mail)


class Pipe(Case):
    def test_a_store_that_cannot_be_had_is_told_as_try_again(self):
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org").decode()
        key = self.instance.dir / "conf/keys/verp.key"
        key.rename(key.with_suffix(".gone"))
        done = self.instance.run("bounce", "ingest", input=mail, check=False)
        self.assertEqual(done.returncode, 75, done.stderr)
        key.with_suffix(".gone").rename(key)
        self.assertEqual(self.ingest(mail.encode()), {"counted": 1})

    def test_the_envelope_may_come_as_options(self):
        mail = returned.report("postmaster@elsewhere.example", "r1@example.org")
        self.assertEqual(self.ingest(mail), {"no_token": 1})
        self.assertEqual(self.ingest(mail, LATER, "--recipient", self.verp["r1@example.org"]),
                         {"counted": 1})
        refused = self.instance.run("bounce", "ingest", "--sender", "a@b\nX: y", input="x",
                                    check=False)
        self.assertEqual(refused.returncode, 64)

    def test_files_are_taken_in_and_a_missing_one_is_named(self):
        path = self.instance.dir / "a.eml"
        path.write_bytes(returned.report(self.verp["r1@example.org"], "r1@example.org"))
        done = self.instance.json("bounce", "ingest", path, now=LATER)
        self.assertEqual(done["results"], {"counted": 1})
        self.assertEqual(self.instance.run("bounce", "ingest", self.instance.dir / "no.eml",
                                           check=False).returncode, 66)

    def test_any_bytes_are_a_mail(self):
        verp = self.verp["r1@example.org"]
        report = returned.report(verp, "r1@example.org")
        for mail in (b"", b"\0" * 1000, os.urandom(5000), b"(" * 100000, report[:200],
                     report.replace(b"--=_b", b"--=_x"), b"From x\n" + report[:900],
                     b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 50000):
            path = self.instance.dir / "odd.eml"
            path.write_bytes(mail)
            self.instance.run("bounce", "ingest", path, now=LATER)
        self.assert_untouched("r0@example.org", "r2@example.org", "r3@example.org")

    def test_of_a_huge_mail_the_beginning_is_enough_and_its_pipe_is_read_to_the_end(self):
        report = returned.report(self.verp["r1@example.org"], "r1@example.org").decode()
        tail = ("x" * 76 + "\n") * (70 * 1024 * 1024 // 77)
        with tidings.subprocess.Popen(
                [tidings.BINARY, "-C", self.instance.dir, "--now", LATER, "bounce", "ingest", "--json"],
                stdin=tidings.subprocess.PIPE, stdout=tidings.subprocess.PIPE) as pipe:
            pipe.stdin.write((report + tail).encode())  # raises where nobody reads on
            pipe.stdin.close()
            self.assertEqual(json.loads(pipe.stdout.read())["results"], {"counted": 1})
        self.assertEqual(pipe.returncode, 0)
        bounce, = self.bounces()
        raw = self.instance.run("bounce", "show", str(bounce["id"]), "--raw").stdout
        self.assertEqual(len(raw), 1024 * 1024)
        self.assertTrue((report + tail).startswith(raw))

    def test_raw_mails_come_back_as_they_were(self):
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org")
        self.ingest(mail)
        bounce, = self.bounces()
        self.assertEqual(self.instance.run("bounce", "show", str(bounce["id"]), "--raw").stdout,
                         mail.decode())


class Maildirs(Case):
    def poll(self, now=LATER):
        return self.instance.json("bounce", "poll", now=now)

    def test_what_is_stored_is_removed_and_links_are_left(self):
        box = maildir(self.instance)
        put(box, [returned.report(self.verp[who], who) for who in self.people[:2]])
        (box / "cur" / "seen:2,S").write_bytes(returned.answer(self.verp[self.people[2]], "x@y.example"))
        (box / "new" / "link").symlink_to(self.instance.dir / "conf/keys/verp.key")
        self.assertEqual(self.poll()["results"], {"counted": 2, "answer": 1})
        self.assertEqual([path.name for path in (box / "new").iterdir()], ["link"])
        self.assertEqual(list((box / "cur").iterdir()), [])
        self.assert_untouched(*self.people[2:])

    def test_kept_ones_are_read_once(self):
        box = maildir(self.instance, "keep")
        put(box, [returned.report(self.verp[who], who) for who in self.people[:2]])
        self.assertEqual(self.poll()["taken"], 2)
        self.assertEqual((self.poll()["taken"], self.poll()["known"]), (0, 0))
        self.assertEqual(len(list((box / "cur").iterdir())), 2)

    def test_moved_ones_lie_beneath(self):
        box = maildir(self.instance, "move", "    move_to: .Done\n")
        put(box, [returned.report(self.verp[who], who) for who in self.people[:2]])
        self.assertEqual(self.poll()["taken"], 2)
        self.assertEqual(len(list((box / ".Done" / "cur").iterdir())), 2)

    def test_a_full_disk_removes_nothing(self):
        box = maildir(self.instance)
        put(box, [returned.report(self.verp[who], who) + os.urandom(300000).hex().encode()
                  for who in self.people])
        size = max(path.stat().st_size for path in (self.instance.dir / "queue").iterdir())
        limited = ["prlimit", f"--fsize={size + 100000}", tidings.BINARY, "-C", self.instance.dir,
                   "--now", LATER, "bounce", "poll"]
        tidings.need("prlimit")
        done = tidings.subprocess.run([os.fspath(word) for word in limited], capture_output=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(list((box / "new").iterdir())), 4)
        self.assertEqual(self.poll()["results"], {"counted": 4})

    def test_ten_thousand_forgeries_change_nobody(self):
        box = maildir(self.instance)
        count = 10000 if tidings.FULL else 600
        rows = self.instance.queue()
        before = [self.instance.json("subscriber", "show", who) for who in self.people]
        mails = []
        for number in range(count):
            who = self.people[number % 4]
            other = self.people[(number + 1) % 4]
            row = rows[who]
            key = f"{number:064x}"
            forged = returned.sender(self.instance.dir, row["edition"], row["subscriber"], key)
            genuine = self.verp[who]
            inner = (f"Return-Path: <{genuine}>\nDelivered-To: {genuine}\nTo: {genuine}\n"
                     f"From: x@far.example\nSubject: {number}\n\nWords.\n")
            mails.append((
                lambda: returned.report(forged, who),                      # wrong MAC
                lambda: returned.report(genuine, other),                   # another's address
                lambda: returned.complaint("abuse@news.example", who, forged),
                lambda: returned.complaint(genuine, other, genuine),
                lambda: returned.report("bounce@news.example", who, returned=inner),
                lambda: returned.answer("bounce@news.example", who)
                + returned.report(genuine, who),                           # a report quoted in a mail
            )[number % 6]())
        put(box, mails)
        results = self.poll()["results"]
        self.assertEqual(sum(results.values()), count)
        self.assertEqual(set(results), {"forged", "mismatch", "no_token"})
        self.assertEqual([self.instance.json("subscriber", "show", who) for who in self.people],
                         before)
        self.assertEqual(self.instance.states(), {"sent": 4})

    def test_the_role_reads_and_survives_a_kill(self):
        box = maildir(self.instance)
        daemon = Daemon(self.instance, "bounces", now=LATER)
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(9))
        put(box, [returned.report(self.verp[self.people[0]], self.people[0])])
        daemon.wait("event=bounces .*suspended=1")
        os.kill(int(daemon.wait(r"event=started .*role=bounces pid=(\d+)")[0][1]), 9)
        daemon.wait("event=ended .*role=bounces")
        put(box, [returned.report(self.verp[self.people[1]], self.people[1])])
        daemon.wait("event=bounces .*suspended=1", 2)
        self.assertEqual(daemon.end(), 0)
        self.assert_untouched(*self.people[2:])

    def test_a_mailbox_in_trouble_is_told_and_does_not_stop_the_rest(self):
        box = maildir(self.instance, more="  - name: gone\n    url: maildir:nowhere\n")
        put(box, [returned.report(self.verp[self.people[0]], self.people[0])])
        done = self.instance.run("bounce", "poll", now=LATER, check=False)
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn("mailbox gone", done.stderr)
        status = self.instance.run("status", "--json", now=LATER, check=False)
        self.assertEqual(status.returncode, 1)
        told = tidings.json.loads(status.stdout)
        self.assertEqual([box["trouble"] is None for box in told["mailboxes"]], [True, False])
        self.assertEqual([words.split(":")[0] for words in told["problems"]], ["mailbox gone"])
        late = tidings.json.loads(self.instance.run("status", "--json", now=f"{DATE}T09:00:00Z",
                                                    check=False).stdout)
        self.assertIn("mailbox box has not been read since", late["problems"][0])
        self.assertEqual(self.standing(self.people[0])[0], "suspended")


class Poison(Case):
    def test_a_mail_that_kills_its_reader_is_set_aside_and_the_next_go_on(self):
        """A crash at the commit of the judgement stands for a crash in the parser."""
        mail = returned.report(self.verp["r0@example.org"], "r0@example.org")
        for minute, crash_at in ((10, 3), (12, 5), (14, 5)):
            done = self.instance.run("bounce", "ingest", input=mail.decode(), check=False,
                                     now=f"{DATE}T07:{minute}:00Z",
                                     env={**os.environ, "TIDINGS_CRASH_AT": str(crash_at)})
            self.assertEqual(done.returncode, 99, done.stderr)
            mail = returned.answer("bounce@news.example", "a@far.example")
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org")
        results = self.ingest(mail, f"{DATE}T07:16:00Z")
        self.assertEqual(results, {"counted": 1, "unreadable": 1})
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")
        self.assert_untouched("r0@example.org")
        self.assertEqual(self.ingest(mail, f"{DATE}T07:30:00Z"), {})


class Refusals(unittest.TestCase):
    WORDS = {"gone@example.org": "550 5.1.1 <gone@example.org>: no such user here",
             "full@example.org": "552 5.2.2 mailbox full",
             "spam@example.org": "550 5.7.1 rejected as spam"}

    def test_a_refusal_at_smtp_time_counts_like_a_bounce(self):
        def answer(stage, words, session):
            if stage != "RCPT":
                return None
            return self.WORDS.get(words.partition("<")[2].partition(">")[0])

        server = self.enterContext(peer.Peer(answer))
        instance = self.enterContext(tidings.Instance(server.port, now=NOW))
        instance.subscribe([{"email": who} for who in [*self.WORDS, "here@example.org"]])
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DATE)
        instance.run("send", "--drain")
        self.assertEqual(instance.states(), {"failed": 3, "sent": 1})
        status = {row["email"]: row["status"] for row in instance.json("subscriber", "list")}
        self.assertEqual(status, {"gone@example.org": "suspended", "full@example.org": "active",
                                  "spam@example.org": "active", "here@example.org": "active"})
        rows = {row["address"]: (row["source"], row["result"], row["kind"], row["status"])
                for row in instance.json("bounce", "list")}
        self.assertEqual(rows["gone@example.org"], ("smtp", "counted", "hard", "5.1.1"))
        self.assertEqual(rows["full@example.org"], ("smtp", "counted", "soft", "5.2.2"))
        self.assertNotIn("spam@example.org", rows)

    def test_what_came_back_settles_a_doubt(self):
        def answer(stage, words, session):
            return peer.DROP if stage == "DOT" else None

        server = self.enterContext(peer.Peer(answer))
        instance = self.enterContext(tidings.Instance(server.port, now=NOW))
        people = [f"r{number}@example.org" for number in range(4)]
        instance.subscribe([{"email": who} for who in people])
        instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DATE)
        instance.run("send", "--drain", check=False)
        self.assertEqual(instance.states(), {"in_doubt": 4})
        verp = {who: returned.sender(instance.dir, row["edition"], row["subscriber"])
                for who, row in instance.queue().items()}
        for mail in (returned.report(verp[people[0]], people[0], "5.2.2", "552 5.2.2 mailbox full"),
                     returned.complaint("abuse@news.example", people[1], verp[people[1]]),
                     returned.vacation(verp[people[2]], people[2])):
            instance.run("bounce", "ingest", input=mail.decode(), now=LATER)
        self.assertEqual({who: row["state"] for who, row in instance.queue().items()},
                         dict(zip(people, ("bounced", "complained", "sent", "in_doubt"))))


if __name__ == "__main__":
    unittest.main()
