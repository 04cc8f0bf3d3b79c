"""tidings rehearse: an edition sent for practice. Nothing of the instance changes and nothing leaves;
what was lost, sent twice or is in doubt is counted as it is."""

import hashlib
import os
import pathlib
import signal
import socket
import sqlite3
import tempfile
import time
import unittest

import peer
import tidings

DATE = "2026-11-20"
SIX = f"{DATE}T06:00:00Z"
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"


class Case(unittest.TestCase):
    def begin(self, people=60, more=(), policy="hold"):
        """An instance whose relay is a socket where nobody is to come."""
        self.relay = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.relay.settimeout(0)
        self.instance = self.enterContext(
            tidings.Instance(self.relay.getsockname()[1], now=SIX))
        self.instance.configure("# in_doubt: hold", f"in_doubt: {policy}")
        self.instance.subscribe([{"email": f"reader{n:03}@example.org"} for n in range(people)]
                                + list(more))
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)

    def rehearse(self, *options, status=0, **more):
        done = self.instance.run("rehearse", "daily", "--json", *options, check=False, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return tidings.json.loads(done.stdout)

    def tamper(self, script):
        """The ledger is made to go wrong, in the instance and so in the copy."""
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as store:
            store.executescript(script)
        store.close()


class Untouched(Case):
    def files(self):
        """Every file of the instance, and what is in it, but for the memory that readers share."""
        return {path: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(self.instance.dir.rglob("*"))
                if path.is_file() and path.stat().st_size and not path.name.endswith("-shm")}

    def nobody_came(self):
        with self.assertRaises(BlockingIOError):
            self.relay.accept()

    def test_it_tells_what_would_be_and_leaves_everything_as_it_is(self):
        self.begin()
        before = self.files()
        with tempfile.TemporaryDirectory(prefix="tidings-test-") as scratch:
            seen = self.rehearse(env={**os.environ, "TMPDIR": scratch})
            self.assertEqual(os.listdir(scratch), [])
        gone = self.instance.run("rehearse", "daily", check=False,
                                 env={**os.environ, "TMPDIR": scratch})
        self.assertEqual(gone.returncode, 73)
        self.assertIn(f"a scratch directory in {scratch}", gone.stderr)
        self.assertEqual(self.files(), before)
        self.nobody_came()
        wanted = {"newsletter": "daily", "slug": DATE, "messages": 60, "arrived": 60,
                  "states": {"sent": 60}, "lost": 0, "twice": 0, "in_doubt": 0, "other_mails": 0,
                  "held": False, "kills": 0, "faults": 0, "senders": 2}
        self.assertEqual({key: seen[key] for key in wanted}, wanted)
        self.assertRegex(seen["finished"], f"^{DATE}T07:00:[0-9][0-9]Z$")
        self.assertEqual(self.instance.json("edition", "list"), [])

    def test_other_editions_wait_and_stay(self):
        self.begin()
        self.instance.briefing("daily", f"{DATE}-special.txt", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", DATE, "--name", "special")
        seen = self.rehearse()
        self.assertEqual((seen["arrived"], seen["other_mails"]), (60, 0))
        seen = self.rehearse("--name", "special")
        self.assertEqual((seen["slug"], seen["arrived"]), (f"{DATE}-special", 60))
        self.assertEqual(self.instance.states(), {"queued": 60})
        self.nobody_came()

    def test_what_is_sent_already_is_not_sent_again(self):
        self.begin(people=5)
        self.instance.run("edition", "assemble", "daily", "--date", DATE)
        self.tamper("UPDATE message SET state = 1, next = NULL WHERE subscriber < 4")
        seen = self.rehearse()
        self.assertEqual((seen["messages"], seen["arrived"], seen["lost"]), (2, 2, 0))

    def test_whatever_the_relay_is_it_is_not_used(self):
        self.begin(people=5)
        port = self.relay.getsockname()[1]
        password = self.instance.dir / "conf" / "keys" / "relay-password"
        password.write_text("secret\n", encoding="utf-8")
        password.chmod(0o600)
        self.instance.configure(f"url: smtp://127.0.0.1:{port}", f"url: smtps://127.0.0.1:{port}")
        self.instance.configure("# user: tidings", "user: tidings")
        self.instance.configure("# password_file: conf/keys/relay-password",
                                "password_file: conf/keys/relay-password")
        self.assertEqual(self.rehearse()["arrived"], 5)
        self.nobody_came()

    def test_nothing_leaves_the_machine(self):
        """Relays that would take mail gladly, one for a domain of its own, one that a command logs in to:
        with faults, kills and a report to the operator nobody connects, and the command is not run."""
        with peer.Peer() as one, peer.Peer() as two:
            self.instance = self.enterContext(tidings.Instance(one.port, now=SIX))
            ran = self.instance.dir / "ran"
            self.instance.configure("    # sessions: 20\n", f"""    sessions: 4
  - name: other
    url: smtp://127.0.0.1:{two.port}
    tls: required
    domains: [example.net]
    user: editor
    token_command: [/usr/bin/touch, {ran}]
""")
            self.instance.configure("# operator: desk@news.example", "operator: desk@example.net")
            self.instance.subscribe([{"email": f"r{n}@example.{end}"} for n in range(40)
                                     for end in ("org", "net")])
            self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
            seen = self.rehearse("--faults", "rcpt 450 first 1 each 20%; dot 550 5%", "--kill", "3")
            self.assertEqual((seen["messages"], seen["lost"], seen["twice"]), (80, 0, 0))
            self.assertEqual((one.sessions, two.sessions), ([], []))
            self.assertFalse(ran.exists())

    def test_told_to_end_it_says_nothing_and_leaves_nothing(self):
        self.begin(people=20)
        process = self.instance.start("rehearse", "daily", "--faults", "rcpt slow 1h",
                                      "--senders", "1")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + 60
        while not children.read_text(encoding="ascii").split():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        [child] = children.read_text(encoding="ascii").split()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (os.EX_TEMPFAIL, ""), err)
        self.assertFalse(pathlib.Path(f"/proc/{child}").exists())
        self.nobody_came()


class Reports(Case):
    def test_hours_of_their_own_and_greylisting_pass_quickly(self):
        self.begin(more=[{"email": "late@example.org", "at": "09:30"}])
        seen = self.rehearse("--faults", "rcpt 450 first 1 each")
        self.assertEqual((seen["arrived"], seen["states"]), (61, {"sent": 61}))
        self.assertEqual(seen["faults"], 61)
        self.assertRegex(seen["finished"], f"^{DATE}T09:3[456]:")

    def test_what_is_refused_and_what_runs_out_of_time_is_counted_as_such(self):
        self.begin(more=[{"email": "never@grey.example"}])
        seen = self.rehearse("--faults", 'rcpt 550 "5.1.1 gone" to reader001@*; rcpt 451 to *@grey.*')
        self.assertEqual(seen["arrived"], 59)
        self.assertEqual(seen["states"]["failed"], 1)
        self.assertEqual(seen["states"]["sent"], 59)
        self.assertEqual(sum(seen["states"].values()), 61)  # expired, or failed at the last try
        self.assertEqual((seen["lost"], seen["twice"]), (0, 0))

    def test_a_relay_that_lets_nobody_in_for_a_while_is_waited_for(self):
        self.begin()
        seen = self.rehearse("--faults", "connect 421 first 5")
        self.assertEqual((seen["arrived"], seen["states"]), (60, {"sent": 60}))

    def test_killed_senders_lose_nothing_and_send_nothing_twice_under_hold(self):
        self.begin(people=200)
        seen = self.rehearse("--kill", "8", "--faults", "dot slow 1s", "--seed", "3")
        self.assertEqual((seen["lost"], seen["twice"], seen["again_after_doubt"]), (0, 0, 0))
        self.assertEqual(seen["kills"], 8)
        self.assertGreater(seen["in_doubt"], 0)
        self.assertEqual(seen["states"].get("sent", 0) + seen["in_doubt"], 200)
        self.assertLessEqual(seen["in_doubt_arrived"], seen["in_doubt"])

    def test_under_resend_only_what_was_in_doubt_comes_again(self):
        self.begin(people=200, policy="resend")
        seen = self.rehearse("--kill", "8", "--faults", "dot slow 1s; after-dot drop turn 20")
        self.assertEqual((seen["lost"], seen["twice"], seen["states"]), (0, 0, {"sent": 200}))
        self.assertGreater(seen["again_after_doubt"], 0)

    def test_a_lost_answer_is_a_doubt_and_a_lie_of_the_server_is_not_ours(self):
        self.begin()
        seen = self.rehearse("--faults", "after-dot drop turn 5; after-dot 451 turn 9")
        self.assertEqual((seen["in_doubt"], seen["in_doubt_arrived"]), (1, 1))
        self.assertEqual((seen["again_after_refusal"], seen["twice"], seen["lost"]), (1, 0, 0))

    def test_a_message_that_never_came_is_lost_and_the_exit_code_says_so(self):
        self.begin()
        # Whose lease is called sent: its dot is withheld.
        self.tamper("CREATE TRIGGER t AFTER UPDATE ON message WHEN NEW.state = 3 AND "
                    "NEW.subscriber = 7 BEGIN UPDATE message SET state = 1, sender = NULL, "
                    "next = NULL WHERE edition = NEW.edition AND subscriber = 7; END;")
        seen = self.rehearse(status=1)
        self.assertEqual((seen["lost"], seen["lost_messages"]), (1, [f"{seen['edition']}-7"]))
        self.assertEqual((seen["twice"], seen["arrived"]), (0, 59))
        done = self.instance.run("rehearse", "daily", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lost 1, sent twice 0;", done.stdout)

    def test_a_message_that_came_twice_is_counted_and_the_exit_code_says_so(self):
        self.begin()
        self.tamper("CREATE TABLE once (n);"
                    "CREATE TRIGGER t AFTER UPDATE ON message WHEN OLD.state = 4 AND NEW.state = 1 "
                    "AND NEW.subscriber = 7 AND NOT EXISTS (SELECT 1 FROM once) BEGIN "
                    "INSERT INTO once VALUES (1); UPDATE message SET state = 0, next = NEW.due "
                    "WHERE edition = NEW.edition AND subscriber = 7; END;")
        seen = self.rehearse(status=1)
        self.assertEqual((seen["twice"], seen["twice_messages"]), (1, [f"{seen['edition']}-7"]))
        self.assertEqual((seen["lost"], seen["arrived"]), (0, 60))

    def test_the_words_for_people(self):
        self.begin(people=3)
        out = self.instance.run("rehearse", "daily", "--kill", "1", "--faults",
                                "after-dot drop turn 2").stdout
        self.assertRegex(out, rf"^daily {DATE}: 3 messages, 2 senders, [01] kills, 1 faults\n")
        self.assertIn("in_doubt ", out)
        self.assertRegex(out, r"the last mail came at 2026-11-20T07:0[0-9]:..\+00:00\n")
        self.assertRegex(out, r"lost 0, sent twice 0; it took [0-9.]+ s\n$")


class Mistakes(Case):
    def refused(self, status, words, *command):
        done = self.instance.run("rehearse", *command, check=False)
        self.assertEqual((done.returncode, done.stdout), (status, ""))
        self.assertIn(words, done.stderr)

    def test_each_mistake_is_told(self):
        self.begin(people=0, more=[{"email": "one@example.org"}])
        self.refused(os.EX_USAGE, 'faults: at 1, "rctp": a rule begins', "daily", "--faults", "rctp 1")
        self.refused(os.EX_USAGE, "--kill", "daily", "--kill", "-1")
        self.refused(os.EX_USAGE, "--senders", "daily", "--senders", "0")
        self.refused(os.EX_NOINPUT, "there is no newsletter \"dialy\"", "dialy")
        self.refused(os.EX_NOINPUT, "2026-11-21", "daily", "--date", "2026-11-21")
        self.instance.run("unsubscribe", "one@example.org")
        self.refused(os.EX_NOINPUT, "there is nothing to rehearse", "daily")


if __name__ == "__main__":
    unittest.main()
