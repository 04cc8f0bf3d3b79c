"""The main job ended at each of its commits, one after the other, and gone on with: a database made,
people taken in, an edition assembled, sent, and what is in doubt settled. The end is the same each time."""

import os
import unittest

import peer
import tidings

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
PEOPLE = [f"reader{number}@example.org" for number in range(1, 7)]
CRASHED = 99


class Job:
    """The main job in steps, in an instance that is a copy of another job's or new."""

    STEPS = ("migrate", "import", "assemble", "send", "settle", "again")

    def __init__(self, case, after=None):
        self.case = case
        self.server = case.enterContext(peer.Peer(self.answer))
        self.mails = list(after.mails) if after else []  # whom the server has had a mail for
        if after:
            self.instance = case.enterContext(after.instance.copy())
            self.instance.relay(self.server.port)
            return
        self.instance = case.enterContext(tidings.Instance(self.server.port, now=SEVEN))
        self.instance.configure("# sessions: 20", "sessions: 2")
        (self.instance.dir / "people.csv").write_text("email\n" + "\n".join(PEOPLE) + "\n")
        self.instance.briefing("daily", f"{DATE}.txt", "What happened.\n\nThe first story.\n")

    def answer(self, stage, words, session):
        """The third mail is kept, and its answer lost: somebody is in doubt in any case."""
        if stage != "DOT":
            return None
        envelope = [line for line in session.lines if line.startswith("RCPT")]
        self.mails.append(envelope[-1].split("<")[1].split(">")[0])
        return peer.DROP if len(self.mails) == 3 else None

    def do(self, *command, good=(0,), crash_at=0, **more):
        """Whether it was ended at that commit; else it must end well."""
        if crash_at:
            more["env"] = {**os.environ, "TIDINGS_CRASH_AT": str(crash_at)}
        done = self.instance.run(*command, check=False, **more)
        if crash_at and done.returncode == CRASHED:
            self.server.hear_out()
            return True
        self.case.assertIn(done.returncode, good, done.stderr)
        return False

    def step(self, name, crash_at=0):
        """One step of the job. Ended at a commit, it is only begun."""
        if name == "migrate":
            return self.do("db", "migrate", crash_at=crash_at)
        if name == "import":
            return self.do("subscriber", "import", self.instance.dir / "people.csv", "--newsletter",
                           "daily", "--confirmed", "--source", "test", crash_at=crash_at)
        if name == "assemble":
            return self.do("edition", "assemble", "daily", "--date", DATE, crash_at=crash_at)
        if name == "settle":
            return self.settle(crash_at)
        return self.do("send", "--drain", good=(0, 75), crash_at=crash_at)

    def settle(self, crash_at):
        """As an administrator with the relay's log in hand: what came is sent, the rest goes again."""
        doubt = sorted(self.instance.queue("state=in_doubt"))
        self.case.assertTrue(doubt or crash_at == 0)
        crashed = False
        for who in doubt:
            verdict = "--sent" if who in self.mails else "--resend"
            crashed = self.do("queue", "settle", f"address={who}", verdict, crash_at=crash_at)
            crash_at = 0
        return crashed

    def finish(self, after):
        """The rest of the job, the step that was begun included."""
        for name in self.STEPS[self.STEPS.index(after):]:
            self.step(name)
        if self.instance.queue("state!=sent"):  # ended in its second sending: in doubt once more
            self.step("settle")
            self.do("send", "--drain", now=f"{DATE}T07:10:00Z")


class Commits(unittest.TestCase):
    LEAST = {"migrate": 10, "import": 2, "assemble": 4, "send": 5, "settle": 1, "again": 2}

    def check(self, job):
        self.assertEqual(job.instance.states(), {"sent": 6})
        self.assertEqual(sorted(job.mails), PEOPLE)
        job.do("db", "verify")

    def until_it_finishes(self, step):
        before = Job(self)
        for name in Job.STEPS[:Job.STEPS.index(step)]:
            before.step(name)
        for number in range(1, 60):
            with self.subTest(step=step, commit=number):
                job = Job(self, before)
                crashed = job.step(step, number)
                if step == "migrate" and not tidings.FULL:
                    job.step(step)  # the rest of the job is the same for all of these
                    job.do("db", "verify")
                else:
                    job.finish(step)
                    self.check(job)
            if not crashed:
                self.assertGreaterEqual(number - 1, self.LEAST[step])
                print(f"{step}: ended at each of {number - 1} commits", flush=True)
                return
        self.fail("it never finishes")

    def test_migrate(self):
        self.until_it_finishes("migrate")

    def test_import(self):
        self.until_it_finishes("import")

    def test_assemble(self):
        self.until_it_finishes("assemble")

    def test_send(self):
        self.until_it_finishes("send")

    def test_settle(self):
        self.until_it_finishes("settle")

    def test_send_again(self):
        self.until_it_finishes("again")


if __name__ == "__main__":
    unittest.main()
