"""Traps that other systems fell into and no other test sets: what is stuck for ever, the empty
audience, and a marker that outlives its sender. docs/TRAPS.md lists all of them with their tests."""

import re
import signal
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
TOO_LATE = f"{DATE}T17:00:01Z"  # valid_for is ten hours


class Traps(unittest.TestCase):
    def begin(self, people, answer=None):
        self.server = self.enterContext(peer.Peer(answer))
        self.instance = self.enterContext(tidings.Instance(self.server.port, now=SEVEN))
        if people:
            self.instance.subscribe([{"email": f"reader{n}@example.org"} for n in range(people)])
        self.instance.briefing("daily", f"{DATE}.txt", "What happened.\n\nThe first story.\n")

    def assemble(self):
        return self.instance.json("edition", "assemble", "daily", "--date", DATE)

    def drain(self, now=SEVEN):
        return self.instance.json("send", "--drain", now=now, check=False)

    def test_an_edition_for_nobody_is_one_and_ends_at_once(self):
        self.begin(0)
        self.assertEqual(self.assemble()["messages"], 0)
        self.assertEqual(self.assemble()["existing"], True)
        self.assertEqual(self.drain()["sent"], 0)
        self.assertEqual(self.server.sessions, [])
        self.assertEqual([row["phase"] for row in self.instance.json("edition", "list")], ["open"])

    def test_whatever_a_message_waits_for_it_ends_at_its_deadline(self):
        """New, put off, and taken back from a sender that died with it."""
        self.begin(9, lambda stage, words, session: "451 4.7.1 later"
                   if stage == "RCPT" and "reader1@" in words else None)
        self.assemble()
        self.instance.run("queue", "hold", "address=reader0@example.org")
        self.drain()
        self.instance.run("queue", "release", "address=reader0@example.org")
        self.assertEqual(self.instance.states(), {"sent": 7, "queued": 1, "deferred": 1})
        self.drain(TOO_LATE)
        self.assertEqual(self.instance.states(), {"sent": 7, "expired": 2})
        self.assertEqual(len(self.server.mails), 7)

    def test_what_a_dead_sender_had_in_hand_ends_at_its_deadline_too(self):
        held = []

        def answer(stage, words, session):
            if stage == "BANNER" and not held:
                held.append(1)
                process.send_signal(signal.SIGKILL)

        self.begin(2, answer)
        self.assemble()
        process = self.instance.start("send", "--drain")
        process.communicate(timeout=60)
        self.server.hear_out()
        self.assertIn("leased", self.instance.states())
        self.drain(TOO_LATE)
        self.assertEqual(self.instance.states(), {"expired": 2})

    def test_an_upgrade_changes_neither_envelope_nor_headers(self):
        """With fixed keys, one reader and one date all of it is known: tests/data/wire/issue.txt. What
        differs from it would differ for every reader after an upgrade: SPF, filters, old links."""
        self.begin(0)
        for number, name in enumerate(("address", "message", "token-1", "verp")):
            (self.instance.dir / "conf" / "keys" / f"{name}.key").write_text(f"{number + 1:02x}" * 32 + "\n")
        self.instance.configure("# web:\n#   base_url: https://tidings.news.example",
                                "web:\n  base_url: https://news.example/t")
        self.instance.subscribe([{"email": "reader@example.org", "name": "Zoë Reader"}])
        self.instance.run("edition", "assemble", "daily", "--date", DATE, now=f"{DATE}T06:00:00Z")
        self.drain()
        ((sender, to, content),) = self.server.mails
        headers = content.split(b"\r\n\r\n")[0].decode().replace("\r", "")
        headers = re.sub("=_td_[0-9a-f]+", "=_td_HASH", headers)  # of the parts: the look may change
        wire = f"MAIL FROM:<{sender}>\nRCPT TO:<{to}>\n\n{headers}\n"
        golden = tidings.SOURCE / "tests" / "data" / "wire" / "issue.txt"
        self.assertEqual(wire, golden.read_text(encoding="utf-8"))

    def test_a_second_run_sends_to_those_who_failed_to_get_it_and_to_nobody_else(self):
        """No list is read again: what is sent is sent, what was put off goes, who is new waits."""
        state = {"later": True}
        self.begin(6, lambda stage, words, session: "451 4.7.1 later" if state["later"]
                   and stage == "RCPT" and ("reader2@" in words or "reader4@" in words) else None)
        self.assemble()
        self.drain()
        state["later"] = False
        self.instance.subscribe([{"email": "new@example.org"}])
        self.assemble()
        self.drain(f"{DATE}T07:10:00Z")
        came = sorted(mail[1] for mail in self.server.mails)
        self.assertEqual(came, [f"reader{n}@example.org" for n in range(6)])
        self.assertEqual(self.instance.states(), {"sent": 6})


if __name__ == "__main__":
    unittest.main()
