"""tidings sink --faults from outside: the bytes it answers at each stage, what it keeps, and that a
fault in one session leaves the others alone."""

import json
import os
import pathlib
import smtplib
import socket
import ssl
import tempfile
import time
import unittest

import sinks
import tidings

ENVELOPE = b"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
MAIL = ENVELOPE + b"DATA\r\nSubject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n"


class Session:
    """A client that says what it is told and reads reply by reply."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def reply(self):
        """The whole reply, or b"" when the server closed."""
        lines = []
        while not lines or lines[-1][3:4] == b"-":
            try:
                lines.append(self.file.readline())
            except ConnectionError:
                lines.append(b"")
            if not lines[-1]:
                break
        return b"".join(lines)

    def say(self, text):
        self.socket.sendall(text + b"\r\n")
        return self.reply()

    def silent(self, seconds=0.3):
        """Whether nothing comes, and the connection stands."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1)
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(10)


class Case(unittest.TestCase):
    def sink(self, spec, *options):
        sink = self.enterContext(sinks.TidingsSink("--faults", spec, *options))
        return sink

    def box(self):
        scratch = self.enterContext(tempfile.TemporaryDirectory(prefix="tidings-sink-"))
        return pathlib.Path(scratch)

    def through(self, port, stage=None):
        """A session led up to the stage; its last reply."""
        session = self.enterContext(Session(port))
        said = session.reply()
        steps = [("ehlo", b"EHLO c"), ("mail", b"MAIL FROM:<a@b.example>"),
                 ("rcpt", b"RCPT TO:<c@d.example>"), ("data", b"DATA"),
                 ("dot", b"Subject: x\r\n\r\nhello\r\n."), ("quit", b"QUIT")]
        if stage in ("connect", "banner"):
            return session, said
        if stage == "body":
            steps[4] = ("body", b"Subject: x")
        for name, words in steps:
            said = session.say(words)
            if name == (stage or "quit").removeprefix("after-"):
                return session, said
        raise AssertionError(stage)


class Replies(Case):
    STAGES = ("banner", "ehlo", "mail", "rcpt", "data", "dot", "after-dot", "quit")
    GOOD = {"banner": b"220 ", "ehlo": b"250-", "mail": b"250 ", "rcpt": b"250 ", "data": b"354 ",
            "dot": b"250 ", "after-dot": b"250 ", "quit": b"221 "}

    def test_at_each_stage_each_reply_is_said_and_the_session_goes_on(self):
        for stage in self.STAGES:
            for code in ("450", "550"):
                with self.subTest(stage=stage, code=code):
                    sink = self.sink(f'{stage} {code} "{code[0]}.7.0 not here"')
                    session, said = self.through(sink.port, stage)
                    self.assertEqual(said, f"{code} {code[0]}.7.0 not here\r\n".encode())
                    self.assertEqual(session.say(b"NOOP"), b"250 2.0.0 done\r\n")

    def test_421_and_any_reply_at_connect_end_the_session(self):
        for stage in ("connect", *self.STAGES, "body"):
            code = b"554" if stage == "connect" else b"421"
            with self.subTest(stage=stage):
                sink = self.sink(f"{stage} {code.decode()}")
                session, said = self.through(sink.port, stage)
                self.assertEqual(said, code + b" %c.0.0 a fault on demand\r\n" % code[0])
                self.assertEqual(session.reply(), b"")

    def test_a_malformed_line_is_no_reply(self):
        for stage in ("connect", *self.STAGES, "body"):
            with self.subTest(stage=stage):
                session, said = self.through(self.sink(f"{stage} malformed").port, stage)
                self.assertEqual(said, b"this is no reply of SMTP\r\n")

    def test_dropped_means_closed_with_nothing_said(self):
        for stage in ("connect", *self.STAGES, "body"):
            with self.subTest(stage=stage):
                _, said = self.through(self.sink(f"{stage} drop").port, stage)
                self.assertEqual(said, b"")

    def test_multi_line_and_over_long_shape_the_good_reply_and_any_other(self):
        for stage in self.STAGES:
            with self.subTest(stage=stage):
                good = self.GOOD[stage][:3]
                session, said = self.through(self.sink(f"{stage} multi-line").port, stage)
                lines = said.split(b"\r\n")
                self.assertEqual(lines[0], good + b"-the first of three lines")
                self.assertGreaterEqual(len(lines), 4)
                self.assertEqual({line[:4] for line in lines[:-2]}, {good + b"-"})
                self.assertEqual(lines[-2][:4], good + b" ")
                session, said = self.through(self.sink(f"{stage} over-long 5000").port, stage)
                self.assertGreater(len(said), 5000)
                self.assertTrue(said.startswith(self.GOOD[stage]) and said.endswith(b"xx\r\n"))
        _, said = self.through(self.sink('rcpt 550 "5.1.1 no" multi-line').port, "rcpt")
        self.assertEqual(said.split(b"\r\n")[2], b"550 5.1.1 no")

    def test_silent_is_silent_for_the_rest_of_the_session(self):
        for stage in ("connect", "mail", "body", "dot"):
            with self.subTest(stage=stage):
                sink = self.sink(f"{stage} silent turn 1")
                session = self.enterContext(Session(sink.port))
                session.socket.sendall(MAIL)
                heard = {"connect": 0, "mail": 2, "body": 5, "dot": 5}[stage]
                for _ in range(heard):
                    self.assertNotEqual(session.reply(), b"")
                self.assertTrue(session.silent())
                session.socket.sendall(b"NOOP\r\n")
                self.assertTrue(session.silent(0.1))
                self.assertEqual(self.through(sink.port)[1][:3], b"221")  # others are served

    def test_slow_comes_late_and_keeps_the_order_of_pipelined_replies(self):
        sink = self.sink("rcpt slow 300ms; mail slow 1ms")
        started = time.monotonic()
        with Session(sink.port) as session:
            session.reply()
            session.socket.sendall(MAIL)
            codes = [session.reply()[:3] for _ in range(6)]
        self.assertEqual(codes, [b"250", b"250", b"250", b"354", b"250", b"221"])
        self.assertGreaterEqual(time.monotonic() - started, 0.3)

    def test_while_one_is_slow_the_others_are_served(self):
        sink = self.sink("ehlo slow 1h turn 1")
        with Session(sink.port) as slow:
            slow.reply()
            slow.socket.sendall(b"EHLO c\r\n")
            self.assertTrue(slow.silent(0.1))
            self.assertEqual(self.through(sink.port)[1][:3], b"221")


class Kept(Case):
    def mails(self, spec, words=MAIL):
        """How many mails are kept of one session, and what it heard after DATA."""
        box = self.box()
        with sinks.TidingsSink("--faults", spec, "--maildir", box) as sink:
            with Session(sink.port) as session:
                session.socket.sendall(words)
                heard = [session.reply() for _ in range(6)][5]
        return len(list((box / "new").iterdir())), heard[:3]

    def test_a_fault_at_the_dot_keeps_nothing_and_one_after_it_does(self):
        for fault, heard in (("450", b"450"), ("550", b"550"), ("malformed", b"thi"),
                             ("drop", b""), ("421", b"421")):
            self.assertEqual(self.mails(f"dot {fault}"), (0, heard), fault)
            self.assertEqual(self.mails(f"after-dot {fault}"), (1, heard), fault)

    def test_a_shaped_good_reply_keeps(self):
        for fault in ("multi-line", "over-long", "slow 1ms", "250"):
            self.assertEqual(self.mails(f"dot {fault}"), (1, b"250"), fault)

    def test_a_fault_in_the_body_is_said_once_and_keeps_nothing(self):
        box = self.box()
        with sinks.TidingsSink("--faults", "body 550", "--maildir", box) as sink:
            with Session(sink.port) as session:
                session.socket.sendall(MAIL)
                heard = [session.reply()[:3] for _ in range(7)]
        self.assertEqual(heard, [b"220", b"250", b"250", b"250", b"354", b"550", b"221"])
        self.assertEqual(list((box / "new").iterdir()), [])

    def test_what_is_refused_does_not_count(self):
        for stage in ("mail", "rcpt", "data"):
            with Session(self.sink(f"{stage} 450").port) as session:
                session.socket.sendall(ENVELOPE + b"DATA\r\nNOOP\r\n")
                codes = [session.reply()[:3] for _ in range(6)]
            self.assertEqual(codes[5], b"250")  # no message is awaited: NOOP is a command
            self.assertIn(codes[4], (b"503", b"450"))


class Offers(Case):
    def test_starttls_and_auth_are_offered_only_where_a_rule_names_them(self):
        _, said = self.through(self.sink("mail 450").port, "ehlo")
        self.assertNotIn(b"AUTH", said)
        self.assertNotIn(b"STARTTLS", said)
        sink = self.sink("starttls malformed turn 1; auth 535 turn 1; auth drop turn 3")
        session, said = self.through(sink.port, "ehlo")
        self.assertIn(b"250-AUTH PLAIN\r\n", said)
        self.assertIn(b"250-STARTTLS\r\n", said)
        self.assertEqual(session.say(b"STARTTLS"), b"this is no reply of SMTP\r\n")
        self.assertEqual(session.say(b"STARTTLS")[:3], b"454")
        self.assertEqual(session.say(b"AUTH PLAIN AGEAYg==")[:3], b"535")
        self.assertEqual(session.say(b"AUTH PLAIN")[:3], b"334")
        self.assertEqual(session.say(b"AGEAYg==")[:3], b"235")
        self.assertEqual(session.say(b"AUTH PLAIN AGEAYg=="), b"")


    def test_a_reply_that_nobody_asked_for_comes_in_the_same_packet(self):
        session, said = self.through(self.sink("rcpt unasked").port, "rcpt")
        self.assertEqual((said, session.reply()), (b"250 2.1.5 recipient taken\r\n",
                                                   b"250 2.0.0 nobody asked for this\r\n"))

    def test_a_fault_in_place_of_the_handshake(self):
        """What is said is said in clear, and only once the client has begun."""
        hello = b"\x16\x03\x01\x00\x05hello"
        for spec, heard in (('454 "4.7.0 not now"', b"454 4.7.0 not now\r\n"), ("drop", b""),
                            ("malformed", b"this is no reply of SMTP\r\n"), ("421", b"421")):
            with self.subTest(spec=spec):
                session, _ = self.through(self.sink(f"tls {spec}", "--tls").port, "ehlo")
                self.assertEqual(session.say(b"STARTTLS")[:3], b"220")
                self.assertTrue(session.silent(0.1))
                session.socket.sendall(hello)
                self.assertEqual(session.reply()[:len(heard) or 9], heard)
        session, _ = self.through(self.sink("tls silent", "--tls").port, "ehlo")
        session.say(b"STARTTLS")
        session.socket.sendall(hello)
        self.assertTrue(session.silent())

    def test_a_slow_handshake_is_one_all_the_same(self):
        sink = self.sink("tls slow 200ms", "--tls")
        started = time.monotonic()
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=30) as client:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client.starttls(context=context)
            client.sendmail("a@b.example", ["c@d.example"], "Subject: x\n\nhello\n")
        self.assertGreaterEqual(time.monotonic() - started, 0.2)
        self.assertEqual(sink.end()[0], "1 messages in 1 connections, 1 faults\n")


class CommandLine(Case):
    def test_it_counts_the_faults_it_gave(self):
        with sinks.TidingsSink("--faults", "rcpt 450 turn 1", "--json") as sink:
            self.through(sink.port)
            self.through(sink.port)
            self.assertEqual(json.loads(sink.end()[0]),
                             {"messages": 1, "connections": 2, "faults": 1})
        with sinks.TidingsSink("--faults", "rcpt 450 turn 1") as sink:
            self.through(sink.port)
            self.assertEqual(sink.end()[0], "0 messages in 1 connections, 1 faults\n")

    def test_a_mistake_is_told_with_its_place(self):
        done = tidings.run(["sink", "--faults", "mail 450; rctp 550"], check=False, timeout=10)
        self.assertEqual((done.returncode, done.stdout), (os.EX_USAGE, ""))
        self.assertIn('faults: at 11, "rctp": a rule begins with a stage: connect,', done.stderr)

    def test_every_word_of_the_language_is_in_the_manual_and_in_the_help(self):
        manual = (tidings.SOURCE / "docs" / "tidings-sink.md").read_text(encoding="utf-8")
        said = tidings.run(["sink", "--help"]).stdout
        for word in ("connect", "banner", "ehlo", "starttls", "tls", "auth", "unasked", "mail", "rcpt", "data",
                     "body", "dot", "after-dot", "rset", "quit", "malformed", "silent", "drop",
                     "multi-line", "over-long", "slow", "first", "turn", "every", "each", "to",
                     "seed"):
            self.assertRegex(manual, rf"`[^`\n]*\b{word}\b", word)
            self.assertRegex(said, rf"\b{word}\b", word)


if __name__ == "__main__":
    unittest.main()
