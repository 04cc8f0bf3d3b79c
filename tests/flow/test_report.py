"""The mail to the operator when an edition is done, from outside: once, with the figures, the servers'
words and what to look for in the relay's log.
"""

import email
import email.policy
import os
import re
import unittest

import test_queue_admin as admin

DESK = "desk@example.net"
PEOPLE = ["ann@example.org", "bob@example.org", "fails@example.org", "doubt@example.org"]


def answer(stage, words, session):
    if stage == "RCPT" and "<fails" in words:
        return "550 5.7.1 not \x1b[31mwanted here"
    return admin.answer(stage, words, session)


class Case(admin.Case):
    def desk(self, people=PEOPLE):
        server = self.peer(answer)
        instance = self.instance(people, server.port)
        instance.configure("# operator: desk@news.example", f"operator: {DESK}")
        return instance, server

    def reports(self, server):
        """The reports' text parts."""
        mails = [email.message_from_bytes(mail[2], policy=email.policy.default)
                 for mail in server.mails if mail[1] == DESK]
        return [(mail["subject"], mail.get_body(("plain",)).get_content()) for mail in mails]


class Report(Case):
    def test_what_it_says(self):
        instance, server = self.desk()
        self.drain(instance)
        ((subject, text),) = self.reports(server)
        self.assertRegex(subject, f"{admin.DATE} is done: 2 sent, 1 failed, 1 in doubt")
        words = re.sub(r"\s+", " ", text)
        for figure in ("Sent 2", "Failed 1", "In doubt 1", "Too late to send 0"):
            self.assertIn(figure, words)
        self.assertIn("refused as spam, for policy or rate 1", words)
        self.assertIn("1 x 550 5.7.1 not \\x1B[31mwanted here", words)
        mail = instance.json("why", "doubt@example.org")["messages"][0]["message_id"]
        self.assertIn(f"<{mail}>", text.replace("\n", ""))
        self.assertIn("queue settle edition=1", words)

    def test_once_whatever_runs_again(self):
        instance, server = self.desk()
        for _ in range(3):
            self.drain(instance)
        self.assertEqual(len(self.reports(server)), 1)

    def test_not_before_nothing_waits(self):
        instance, server = self.desk([*PEOPLE, {"email": "eve@example.net", "at": "15:00"}])
        self.drain(instance)
        self.assertEqual(self.reports(server), [])
        instance.run("queue", "hold", "address=eve@example.net")
        self.drain(instance)
        self.assertEqual(self.reports(server), [])
        instance.run("queue", "release", "--all")
        self.drain(instance, now=f"{admin.DATE}T15:00:00Z")
        ((subject, text),) = self.reports(server)
        self.assertIn("3 sent", subject)
        self.assertIn("Sent over half an hour after its time 0", re.sub(r"\s+", " ", text))

    def test_late_ones_are_counted(self):
        instance, server = self.desk(["ann@example.org"])
        self.drain(instance, now=f"{admin.DATE}T07:31:00Z")
        ((_, text),) = self.reports(server)
        self.assertIn("Sent over half an hour after its time 1", re.sub(r"\s+", " ", text))

    def test_a_crash_at_every_commit_leaves_one(self):
        instance, server = self.desk()
        for crash in range(1, 60):
            done = instance.run("send", "--drain", check=False,
                                env={**os.environ, "TIDINGS_CRASH_AT": str(crash)})
            if done.returncode != 99:
                break
        self.drain(instance)
        marks = [line for line in instance.json("edition", "list", "--notices")
                 if "report-done" in line["slug"]]
        self.assertEqual(len(marks), 1)
        self.assertGreaterEqual(len(self.reports(server)), 1)  # a notice in doubt is sent again

    def test_without_an_operator_nobody_is_told_not_even_later(self):
        server = self.peer(answer)
        instance = self.instance(PEOPLE, server.port)
        self.drain(instance)
        instance.configure("# operator: desk@news.example", f"operator: {DESK}")
        self.drain(instance)
        self.assertEqual(self.reports(server), [])

    def test_the_newsletters_own_operator_comes_first(self):
        instance, server = self.desk(["ann@example.org"])
        path = instance.dir / "conf" / "tidings.yaml"
        path.write_text(path.read_text().replace("  - name: daily\n",
                                                 "  - name: daily\n    operator: own@example.net\n"))
        self.drain(instance)
        self.assertEqual([mail[1] for mail in server.mails], ["ann@example.org", "own@example.net"])


if __name__ == "__main__":
    unittest.main()
