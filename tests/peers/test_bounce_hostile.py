"""A mail server that is broken or means us harm: whatever it says and wherever it hangs up, the reader
neither crashes, nor takes memory or time by a number the server names, nor loses a mail."""

import base64
import resource
import subprocess
import time
import unittest

import certificates
import returned
import tidings
from hostilebox import Hangup, HostileBox

tidings.need("openssl")

NOW = "2026-11-20T07:00:00Z"
UIDS = (3, 5, 9)
MAILS = {uid: returned.report("bounce@news.example", f"r{uid}@far.example") for uid in UIDS}
MEMORY = 160 * 1024 * 1024  # what a poll may have; a size a server names is up to 4 GB
SECONDS = 90
SANITIZED = b"__asan_init" in tidings.BINARY.read_bytes()  # it needs terabytes to itself


def hang_up(*_):
    raise Hangup


def then_hang_up(text):
    """The text in the open, without the line that ends the answer."""
    return text + b"\0"


def literal(said, sent):
    def answer(box, words):
        return f"* 1 FETCH (UID {words[3]} BODY[] {{{said}}}\r\n".encode() + sent + b")\r\n"
    return answer


def listing(rows):
    return lambda *_: "".join(f"* {n} FETCH (UID {uid} RFC822.SIZE {size})\r\n"
                              for n, uid, size in rows).encode()


NULS = b"\0" * 3000 + b"\r\n"
LONG = b"* OK " + b"x" * 300_000 + b"\r\n"
MANY = b"* OK and another one\r\n" * 20_000
HUGE = (4294967295, 4294967296, 9223372036854775807, 99999999999999999999999, -1)

IMAP = {
    **{f"hangs up at {stage}": {stage: hang_up}
       for stage in ("greeting", "capa", "auth", "select", "noop", "list", "fetch", "store",
                     "expunge", "quit")},
    **{f"NULs at {stage}": {stage: NULS}
       for stage in ("greeting", "capa", "auth", "select", "noop", "list", "fetch", "store")},
    **{f"a line without end at {stage}": {stage: LONG} for stage in ("select", "noop", "list", "fetch")},
    **{f"lines without end at {stage}": {stage: MANY} for stage in ("select", "noop", "list", "store")},
    **{f"a literal of {size}": {"fetch": literal(size, b"Subject: x\r\n\r\nx")} for size in HUGE},
    **{f"a literal of {size} in a list": {"list": f"* 1 FETCH (UID {{{size}}}\r\n".encode()}
       for size in HUGE},
    "less than the literal says": {"fetch": lambda box, words: then_hang_up(literal(1000, b"Sub")(box, words))},
    "no body": {"fetch": b""},
    "a UID of 0": {"list": listing([(1, 0, 10), (2, 5, 10)])},
    "a UID too large": {"list": listing([(1, 4294967296, 10), (2, -5, 10)])},
    "one UID for all": {"list": listing([(n, 3, 10) for n in (1, 2, 3)])},
    "UIDs that are nobody's": {"list": listing([(n, 1000 + n, 10) for n in (1, 2, 3)])},
    "sizes of 4 GB": {"list": listing([(n, uid, 4294967295) for n, uid in enumerate(MAILS, 1)])},
    "more rows than asked for": {"list": listing([(n, n, 10) for n in range(1, 3000)])},
    "4294967295 mails": {"select": b"* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n", "list": b""},
    "no UIDVALIDITY": {"select": b"* 3 EXISTS\r\n"},
    "a UIDVALIDITY of 0": {"select": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 0] x\r\n"},
    "a farewell at once": {"greeting": b"* BYE overloaded\r\n"},
    "nothing is ever removed": {"store": b"", "expunge": b""},
    "a preauthenticated greeting": {"greeting": b"* PREAUTH welcome\r\n"},
}

# One mail that cannot be had, for good: the others do not wait for it.
POISON = {"imaps": {"fetch": lambda box, words: b"" if words[3] == "3" else box.fetched(words)},
          "pop3s": {"fetch": lambda box, words: b"+OK\r\n.\r\n" if words[1] == "1" else box.retrieved(words)}}

# What a server makes up no reader can know: no more is asked than that it lives and ends.
LIES = [("imaps", {"fetch": literal(10, b"Subject: x\r\n" * 1000)}),
        ("imaps", {"fetch": lambda box, words: box.fetched([*words[:3], "9"])}),
        ("imaps", {"fetch": literal(8_000_000, b"x" * 8_000_000)}),
        ("pop3s", {"fetch": b"+OK\r\n" + b"x" * 76 * 100_000 + b"\r\n.\r\n"})]

POP3 = {
    **{f"hangs up at {stage}": {stage: hang_up}
       for stage in ("greeting", "capa", "auth", "list", "fetch", "dele", "quit")},
    **{f"NULs at {stage}": {stage: NULS} for stage in ("greeting", "capa", "auth", "list", "fetch", "dele")},
    "a line without end": {"list": b"+OK " + b"x" * 300_000 + b"\r\n.\r\n"},
    "numbers without end": {"list": b"+OK\r\n" + b"".join(b"%d 10\r\n" % n for n in range(1, 200_000)) + b".\r\n"},
    "numbers that are none": {"list": b"+OK\r\n0 10\r\n-1 10\r\n4294967296 10\r\n1\r\n1 -1\r\nx y\r\n.\r\n"},
    "one number for all": {"list": b"+OK\r\n1 10\r\n1 10\r\n1 10\r\n.\r\n"},
    "sizes of 4 GB": {"list": b"+OK\r\n1 4294967295\r\n2 4294967295\r\n3 4294967295\r\n.\r\n"},
    "an empty mail": {"fetch": b"+OK\r\n.\r\n"},
    "a mail that says no": {"fetch": b"-ERR not now\r\n"},
}


def bounded():
    """As far as memory is taken by a length a peer named, it is not there."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = certificates.Certificates()
        cls.context, cls.ca = made.context("127.0.0.1"), made.ca

    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(1, now=NOW))
        password = self.instance.dir / "conf/keys/bounce-password"
        password.write_text("a password\n")
        password.chmod(0o600)
        self.plain = (self.instance.dir / "conf/tidings.yaml").read_text() + (
            "bounces:\n  - name: box\n    url: KIND://127.0.0.1:PORT\n    user: bounce\n"
            f"    password_file: conf/keys/bounce-password\n    ca_file: {self.ca}\n")

    def poll(self, instance, box):
        config = instance.dir / "conf/tidings.yaml"
        config.write_text(self.plain.replace("KIND", box.kind).replace("PORT", str(box.port)))
        begun = time.monotonic()
        done = subprocess.run(
            [tidings.BINARY, "-C", instance.dir, "--now", NOW, "bounce", "poll"], check=False,
            capture_output=True, timeout=SECONDS * 3, preexec_fn=bounded)
        self.assertGreaterEqual(done.returncode, 0, done.stderr)  # no signal ended it
        self.assertLess(time.monotonic() - begun, SECONDS)
        return done

    def try_all(self, kind, scenarios):
        for name in list(scenarios)[::1 if tidings.FULL else 4]:
            scenario = scenarios[name]
            with self.subTest(kind=kind, scenario=name), \
                    HostileBox(self.context, kind, MAILS, scenario) as box, \
                    self.instance.copy() as instance:
                done = self.poll(instance, box)
                self.assertIn(done.returncode, (0, 69, 75, 76, 77), done.stderr)
                box.scenario = {}  # it comes to its senses
                again = self.poll(instance, box)
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertEqual(box.mails, {})
                kept = "".join(instance.run("bounce", "show", "--raw", str(row["id"])).stdout
                               for row in instance.json("bounce", "list", "--most", "9999"))
                for mail in MAILS.values():
                    self.assertIn(mail.decode().strip(), kept.replace("\r", ""), done.stderr)

    def test_one_mail_that_is_not_given_holds_up_no_other(self):
        for kind, scenario in POISON.items():
            with self.subTest(kind=kind), HostileBox(self.context, kind, MAILS, scenario) as box, \
                    self.instance.copy() as instance:
                done = self.poll(instance, box)
                self.assertEqual(list(box.mails), [3])
                # over IMAP it is listed again and told of; over POP3 the session has seen it
                self.assertEqual(done.returncode, 69 if kind == "imaps" else 0, done.stderr)
                self.assertEqual(len(instance.json("bounce", "list")), 2)

    def test_lies(self):
        for n, (kind, scenario) in enumerate(LIES):
            with self.subTest(n=n), HostileBox(self.context, kind, MAILS, scenario) as box, \
                    self.instance.copy() as instance:
                self.poll(instance, box)
                self.assertLessEqual(len(instance.json("bounce", "list")), 3)

    def test_a_secret_that_the_server_repeats_is_not_shown(self):
        secret = base64.b64encode(b"\0bounce\0a password").rstrip(b"=")
        for kind, told in (
                ("imaps", lambda box, words: f"{words[0]} NO no: {' '.join(words[1:])}\r\n".encode()),
                ("imaps", lambda box, words: f"+ {words[-1]}\r\n{words[0]} NO no\r\n".encode()),
                ("pop3s", lambda box, words: f"-ERR no: {' '.join(words)}\r\n".encode())):
            with self.subTest(kind=kind), HostileBox(self.context, kind, MAILS, {"auth": told}) as box:
                done = self.poll(self.instance, box)
                said = done.stdout + done.stderr + self.instance.run("status", check=False).stdout.encode()
                said += b"".join(path.read_bytes() for path in (self.instance.dir / "queue").iterdir())
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(b"Login denied", done.stderr)
                self.assertNotIn(b"a password", said)
                self.assertNotIn(secret[:24], said)

    def test_imap(self):
        self.try_all("imaps", IMAP)

    def test_pop3(self):
        self.try_all("pop3s", POP3)


if __name__ == "__main__":
    unittest.main()
