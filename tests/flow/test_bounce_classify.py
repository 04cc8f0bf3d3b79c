"""tidings bounce classify, from outside: our own samples, whose truth stands beside them, and real
collections of bounces beside the source tree, scored by their own program.

A rule of conf/bounce-rules.yaml names in `from` where it was learnt. The cross-check judges each
collection by the rules that do not name it: what is left of the score is what the rules know of
messages they have never seen.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import tidings

COLLECTIONS = tidings.SOURCE.parent / "shared" / "bounces"
FOLDERS = ["sisimai", "mailman", "bounceparser", "deltachat", "mailgem", "negatives"]
OWN = tidings.SOURCE / "tests" / "data" / "bounces"
REPLIES = tidings.SOURCE / "tests" / "data" / "replies.tsv"
RULES = tidings.SOURCE / "conf" / "bounce-rules.yaml"

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: bounce+tok@news.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host relay.example. Your message could not be delivered.

<oak@trees.example>: host mx.trees.example[203.0.113.5] said: {reply} (in reply to
    {command} command)

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; oak@trees.example
Action: failed
Status: {status}
Diagnostic-Code: smtp; {folded}

--b
Content-Type: text/rfc822-headers

From: letter@garden.example
To: oak@trees.example
Subject: The account is not full, the user not unknown

--b--
"""


def classify_text(files, *more):
    """What `bounce classify --tsv` prints, run far from any instance."""
    with tempfile.TemporaryDirectory(prefix="tidings-test-") as nowhere:
        return tidings.run(["bounce", "classify", "--tsv", *more, *files], cwd=nowhere).stdout


def classify(files, *more):
    """{file name: (recipients, status, kind)}"""
    rows = [line.split("\t") for line in classify_text(files, *more).splitlines()]
    assert all(len(row) == 4 for row in rows), rows
    return {pathlib.Path(row[0]).name: tuple(row[1:]) for row in rows}


def without(folder, path):
    """Writes the rules that do not say that they were learnt in that folder; returns how many were left out."""
    rules = re.split(r"(?m)^(?=  - name: |\S)", RULES.read_text(encoding="utf-8"))
    kept = []
    for rule in rules:
        learnt = re.search(r"(?m)^    from: \[(.*)\]$", rule)
        if not learnt or folder not in learnt[1].split(", "):
            kept.append(rule)
    path.write_text("".join(kept), encoding="utf-8")
    return len(rules) - len(kept)


class Scores:
    """Counts over folders, read from the lines that score.py prints."""

    NAMES = {"recipient recall": "recall", "recipient precision": "precision",
             "kind accuracy": "kind", "class accuracy": "class",
             "false positives 'none'": "false"}

    def __init__(self):
        self.counts = {}
        self.wrongly_hard = 0

    def add(self, text):
        for line in text.splitlines():
            for title, name in self.NAMES.items():
                found = re.match(re.escape(title) + r".*\((\d+)/(\d+)\)", line)
                if found:
                    some, all_ = self.counts.get(name, (0, 0))
                    self.counts[name] = (some + int(found[1]), all_ + int(found[2]))
            found = re.match(r"wrongly hard +(\d+)", line)
            if found:
                self.wrongly_hard += int(found[1])

    def percent(self, name):
        some, all_ = self.counts[name]
        return 100 * some / all_

    def show(self, title):
        cells = [f"{name} {some}/{all_}" for name, (some, all_) in self.counts.items()]
        print(f"{title:14} {', '.join(cells)}, wrongly hard {self.wrongly_hard}", flush=True)


def score(folder, *more):
    """(Scores, misses) of one folder of the collections."""
    with tempfile.TemporaryDirectory(prefix="tidings-test-") as scratch:
        results = pathlib.Path(scratch) / "results.tsv"
        files = sorted((COLLECTIONS / folder).glob("*.eml"))
        results.write_text(classify_text(files, *more), encoding="utf-8")
        done = subprocess.run([sys.executable, COLLECTIONS / "score.py", COLLECTIONS / folder,
                               results, "--misses"], check=True, capture_output=True,
                              encoding="utf-8")
    scores = Scores()
    scores.add(done.stdout)
    return scores, [line for line in done.stdout.splitlines() if line.startswith("MISS")]


@unittest.skipUnless(COLLECTIONS.is_dir(), f"no collections in {COLLECTIONS}")
class Collections(unittest.TestCase):
    def test_real_bounces_are_read_right(self):
        total = Scores()
        for folder in FOLDERS:
            scores, misses = score(folder)
            scores.show(folder)
            print(*misses, sep="\n" if misses else "", end="\n" if misses else "")
            for name, (some, all_) in scores.counts.items():
                before = total.counts.get(name, (0, 0))
                total.counts[name] = (before[0] + some, before[1] + all_)
            total.wrongly_hard += scores.wrongly_hard
        total.show("all")
        self.assertGreaterEqual(total.percent("recall"), 99)
        self.assertGreaterEqual(total.percent("precision"), 99.5)
        self.assertGreaterEqual(total.percent("kind"), 97)
        self.assertGreaterEqual(total.percent("class"), 99)
        self.assertEqual(total.counts["false"][0], 0)
        self.assertEqual(total.wrongly_hard, 0)

    def test_rules_learnt_elsewhere_know_a_collection_too(self):
        with tempfile.TemporaryDirectory(prefix="tidings-test-") as scratch:
            rules = pathlib.Path(scratch) / "rules.yaml"
            for folder in FOLDERS:
                left_out = without(folder, rules)
                scores, _ = score(folder, "--rules", rules)
                scores.show(f"{folder} (-{left_out})")
                self.assertEqual(scores.counts.get("false", (0, 0))[0], 0)
                self.assertEqual(scores.wrongly_hard, 0)
                if scores.counts.get("recall", (0, 0))[1] > 0:
                    self.assertGreaterEqual(scores.percent("recall"), 95)
                    self.assertGreaterEqual(scores.percent("kind"), 97)


class OwnSamples(unittest.TestCase):
    def truth(self):
        for line in (OWN / "truth.tsv").read_text(encoding="utf-8").splitlines():
            if not line.startswith(("#", "file\t")):
                yield line.split("\t")

    def test_each_sample_says_what_its_truth_says(self):
        found = classify(sorted(OWN.glob("*.eml")))
        self.assertEqual(set(found), {name for name, *_ in self.truth()})
        for name, recipients, _, kind in self.truth():
            with self.subTest(name):
                got = found[name]
                self.assertEqual(got[0], recipients)
                self.assertIn(got[2], kind.split("|"))

    def test_the_status_is_that_of_the_mail(self):
        found = classify([OWN / "report-user-unknown.eml", OWN / "report-status-lies.eml",
                          OWN / "qmail.eml", OWN / "report-in-text.eml"])
        self.assertEqual(found["report-user-unknown.eml"][1], "5.1.1")
        self.assertEqual(found["report-status-lies.eml"][1], "5.7.1")
        self.assertEqual(found["qmail.eml"][1], "5.1.1")
        self.assertEqual(found["report-in-text.eml"][1], "4.4.7")


def replies():
    """[(name of a file, kind, report of it)] of the table of replies."""
    for number, line in enumerate(REPLIES.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        kind, status, command, reply = line.split("\t")
        reply = reply.replace("\\n", "\n")
        yield f"line-{number}", kind, REPORT.format(reply=reply, folded=reply.replace("\n", "\n    "),
                                                   status=status, command=command)


class Replies(unittest.TestCase):
    """What servers all over the world say, one refusal a report."""

    def test_each_reply_means_what_the_table_says(self):
        with tempfile.TemporaryDirectory(prefix="tidings-test-") as scratch:
            wanted = {}
            for name, kind, report in replies():
                (pathlib.Path(scratch) / name).write_text(report, encoding="utf-8")
                wanted[name] = kind
            found = classify([pathlib.Path(scratch) / name for name in wanted])
        self.assertGreater(len(wanted), 200)
        for name, kind in wanted.items():
            with self.subTest(name):
                self.assertEqual(found[name][0], "oak@trees.example")
                self.assertIn(found[name][2], kind.split("|"))


class Command(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def mail(self, name, text):
        path = self.dir / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def test_an_ordinary_mail_is_a_line_of_nothing(self):
        mail = self.mail("mail.eml", "From: a@example.org\nSubject: hello\n\nHello.\n")
        self.assertEqual(classify([mail]), {"mail.eml": ("-", "-", "none")})

    def test_whatever_a_file_holds_it_is_read(self):
        files = [self.mail("empty", ""), self.mail("zeroes", bytes(5000)),
                 self.mail("bytes", bytes(range(256)) * 40),
                 self.mail("no-header", "no header at all"),
                 self.mail("depth", "".join(
                     f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"
                     for i in range(3000)))]
        self.assertEqual({kind for _, _, kind in classify(files).values()}, {"none"})

    def test_of_a_huge_file_the_beginning_is_read(self):
        mail = self.mail("mail.eml", "Return-Path: <>\nFrom: MAILER-DAEMON@trees.example\n"
                                     "Subject: Undelivered Mail\n\n<oak@trees.example>: user unknown\n")
        with open(mail, "r+b") as file:
            file.truncate(50 * 1024 * 1024)
        self.assertEqual(classify([mail])["mail.eml"][0], "oak@trees.example")

    def test_a_file_that_is_not_there_is_told_and_the_others_are_read(self):
        mail = self.mail("mail.eml", "Subject: hello\n\nHello.\n")
        done = tidings.run(["bounce", "classify", "--tsv", self.dir / "absent", mail], check=False)
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn("absent", done.stderr)
        self.assertEqual(done.stdout, f"{mail}\t-\t-\tnone\n")

    def test_json_tells_why(self):
        done = tidings.run(["bounce", "classify", "--json", OWN / "report-status-lies.eml"])
        (mail,) = json.loads(done.stdout)
        self.assertEqual((mail["form"], mail["kind"]), ("report", "soft"))
        (item,) = mail["recipients"]
        self.assertEqual((item["address"], item["status"], item["scope"], item["reason"]),
                         ("elm@trees.example", "5.7.1", "relay", "policy"))
        self.assertTrue(item["refuses_us"])
        self.assertIn("blacklist", item["words"])
        self.assertIsInstance(item["rule"], str)

    def test_a_limit_of_tries_is_not_one_of_size(self):
        mail = self.mail("mail.eml", REPORT.format(
            status="5.0.0", command="RCPT TO", folded="x",
            reply="550 exceeded maximum number of delivery attempts"))
        (mail,) = json.loads(tidings.run(["bounce", "classify", "--json", mail]).stdout)
        (item,) = mail["recipients"]
        self.assertEqual((item["kind"], item["rule"]), ("soft", "tried-too-often"))

    def test_a_notice_without_an_address_still_says_what_happened(self):
        mail = self.mail("mail.eml", "Return-Path: <>\nFrom: MAILER-DAEMON@trees.example\n"
                                     "Subject: Undelivered Mail\n\nUser unknown. It was not delivered.\n")
        self.assertEqual(classify([mail]), {"mail.eml": ("-", "-", "hard")})

    def test_an_instances_own_rules_win(self):
        rules = self.dir / "conf" / "bounce-rules.yaml"
        rules.parent.mkdir()
        text = RULES.read_text(encoding="utf-8")
        first = "meanings:\n"
        rules.write_text(text.replace(first, first + "  - {name: gone, about: a test, from: [vendor], means: address, "
                                                     "words: [gone fishing]}\n"), encoding="utf-8")
        mail = self.mail("mail.eml", "From: MAILER-DAEMON@trees.example\nSubject: failure notice\n\n"
                                     "<oak@trees.example>:\n550 gone fishing\n")
        run = ["bounce", "classify", "--tsv", mail]
        self.assertIn("\tsoft\n", tidings.run(run, cwd="/").stdout)
        self.assertIn("\thard\n", tidings.run(["-C", self.dir, *run]).stdout)

    def rules_fault(self, old, new):
        text = RULES.read_text(encoding="utf-8")
        self.assertIn(old, text)
        rules = self.mail("rules.yaml", text.replace(old, new, 1))
        done = tidings.run(["bounce", "classify", "--rules", rules, OWN / "qmail.eml"], check=False)
        self.assertEqual(done.returncode, 78, done.stderr)
        line = next(n for n, at in enumerate(rules.read_text(encoding="utf-8").split("\n"), 1)
                    if "recipient-denied" in at)
        return done.stderr, line

    def test_faults_in_the_rules_are_told_with_their_line(self):
        rule = "  - name: recipient-denied\n"
        for new, why, offset in [
            (rule + "    colour: red\n", "colour", 1),
            (rule + "    match: ['(unclosed']\n", "pattern (unclosed: missing closing parenthesis", 0),
            (rule + "    vague: maybe\n", "a flag is yes or no", 0),
            (rule + "    gives: failure\n", "a meaning has", 0),
            ("  - name: user-unknown\n    about: x\n    from: [rfc]\n    means: size\n"
             "    words: [abc]\n" + rule, "two of this name", None),
        ]:
            with self.subTest(why):
                said, line = self.rules_fault(rule, new)
                self.assertIn(why, said)
                self.assertIn("rules.yaml:", said)
                if offset is not None:
                    self.assertIn(f"rules.yaml:{line + offset}:", said)

    def test_a_meaning_that_there_is_not_is_refused(self):
        said, _ = self.rules_fault("    means: recipients\n", "    means: postage\n")
        self.assertIn("rule too-many-recipients: means postage: there is no such meaning", said)


if __name__ == "__main__":
    unittest.main()
