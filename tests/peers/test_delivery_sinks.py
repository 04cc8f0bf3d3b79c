"""The outbox against servers that others wrote: Postfix's smtp-sink, aiosmtpd, and our own sink."""

import pathlib
import subprocess
import tempfile
import unittest

import tidings
from sinks import PySink, SmtpSink, TidingsSink
from smtp_peer import deliver

MANY = 100_000 if tidings.FULL else 5_000


class Body:
    """A message in a file, for the driver's body=."""

    def __init__(self, content):
        self._file = tempfile.NamedTemporaryFile(prefix="tidings-body-")
        self._file.write(content)
        self._file.flush()
        self.path = self._file.name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


class Early(unittest.TestCase):
    """What a server says while the dot is held back, for the commit, is no answer to the dot."""

    def end(self, fault):
        with TidingsSink("--faults", f"body {fault}") as sink:
            out = deliver(sink.port, late=1)
            self.assertEqual(sink.end()[0].split()[0], "0")  # nothing was kept
        return out

    def test_a_yes_is_not_believed(self):
        out = self.end("250")
        self.assertEqual((out.counts["sent"], out.counts["lost"] + out.counts["doubtful"]), (0, 1))
        self.assertIn("unexpected reply", out.ends()[1].text)

    def test_a_no_is_heard(self):
        end = self.end('552 "5.3.4 too much"').ends()[1]
        self.assertEqual((end.kind, end.code, end.after_dot), ("done", 552, False))


@unittest.skipUnless(tidings.tool("smtp-sink"), "smtp-sink is not installed")
class Postfix(unittest.TestCase):
    def test_many_messages_over_many_sessions_each_once(self):
        with SmtpSink() as sink:
            out = deliver(sink.port, messages=MANY, sessions=64, size=20000, quiet=1, limit=110)
            self.assertEqual(out.counts["sent"], MANY)
            self.assertEqual(sink.count(), MANY)

    def test_recipients_put_off_and_refused_by_smtp_sink(self):
        for option, code in (("-r", 450), ("-f", 500)):
            for stage in ("MAIL", "RCPT", "DATA", "."):
                with self.subTest(option=option, stage=stage), SmtpSink(option, stage) as sink:
                    out = deliver(sink.port, messages=6, sessions=2)
                    self.assertEqual(out.counts["refused"], 6)
                    name = "dot" if stage == "." else stage.lower()
                    for end in out.ends().values():
                        self.assertEqual((end.stage, end.code // 100), (name, code // 100))

    def test_smtp_sink_that_closes_without_a_word(self):
        for stage, after_dot in (("RCPT", 0), ("DATA", 0), (".", 1)):
            with self.subTest(stage=stage), SmtpSink("-q", stage) as sink:
                out = deliver(sink.port, messages=1)
                self.assertEqual((out.counts["lost"], out.counts["doubtful"]), (1 - after_dot, after_dot))

    def test_smtp_sink_that_says_421(self):
        with SmtpSink("-Q", "RCPT") as sink:
            end = deliver(sink.port, messages=1).ends()[1]
            self.assertEqual((end.kind, end.stage, end.code), ("returned", "rcpt", 421))

    def test_no_pipelining_no_extensions(self):
        with SmtpSink("-e") as sink:  # no ESMTP at all: HELO
            out = deliver(sink.port, messages=200, sessions=4, quiet=1)
            self.assertEqual((out.counts["sent"], sink.count()), (200, 200))


class Aiosmtpd(unittest.TestCase):
    def test_bytes_arrive_as_they_left(self):
        content = (b"Subject: x\r\n\r\n" + b"." * 5 + b"\r\n.\r\n..\r\n.a\r\n" + b"y" * 900 + b"\r\n"
                   b" trailing \t\r\n\r\n\r\n.\r\n")
        with Body(content) as body, PySink() as sink:
            out = deliver(sink.port, messages=3, body=body.path)
            self.assertEqual(out.counts["sent"], 3)
            for mail in sink.mails:
                self.assertEqual(mail.content, content)

    def test_bodies_that_smuggle_are_not_sent(self):
        inner = b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nSubject: e\r\n\r\nx"
        with PySink() as sink:
            for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n\x00.\r\n"):
                with self.subTest(end=end), Body(b"Subject: x\r\n\r\nhello" + end + inner + b"\r\n") as body:
                    out = deliver(sink.port, body=body.path)
                    self.assertTrue(out.ends()[1].text.startswith("554 5.6.0 not sent"))
            self.assertEqual(sink.mails, [])

    def test_a_stuffed_dot_line_does_not_end_the_message_for_anyone(self):
        inner = b"\r\n.\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nSubject: e\r\n"
        with Body(b"Subject: x\r\n\r\nhello" + inner) as body, PySink() as sink:
            self.assertEqual(deliver(sink.port, body=body.path).counts["sent"], 1)
            self.assertEqual([mail.recipients for mail in sink.mails], [["r1@to.example"]])

    def test_8_bit_content_is_declared(self):
        content = "Subject: x\r\n\r\ncafé\r\n".encode()
        with Body(content) as body, PySink() as sink:
            self.assertEqual(deliver(sink.port, body=body.path).counts["sent"], 1)
            self.assertIn("BODY=8BITMIME", sink.mails[0].options)
            self.assertEqual(sink.mails[0].content, content)

    def test_smtputf8_is_asked_for_where_it_is_offered_and_else_nothing_is_sent(self):
        with PySink(enable_SMTPUTF8=True) as sink:
            self.assertEqual(deliver(sink.port, utf8=1).counts["sent"], 1)
            self.assertIn("SMTPUTF8", sink.mails[0].options)
        with PySink(enable_SMTPUTF8=False) as sink:
            end = deliver(sink.port, utf8=1).ends()[1]
            self.assertTrue(end.text.startswith("553 5.6.7 not sent"))
            self.assertEqual(sink.mails, [])

    def test_a_greylisted_recipient_is_told_by_its_code(self):
        with PySink(lambda stage, argument: "450 4.7.1 Greylisted" if stage == "RCPT" else None) as sink:
            end = deliver(sink.port).ends()[1]
        self.assertEqual((end.stage, end.code, end.text), ("rcpt", 450, "450 4.7.1 Greylisted"))


@unittest.skipUnless(tidings.BINARY.exists(), "tidings is not built")
class OurSink(unittest.TestCase):
    def test_the_outbox_and_the_sink_understand_each_other(self):
        with tempfile.TemporaryDirectory() as scratch:
            box = pathlib.Path(scratch) / "mail"
            sink = subprocess.Popen([tidings.BINARY, "sink", "--listen", "127.0.0.1:0", "--maildir",
                                     box], stdout=subprocess.PIPE, text=True)
            port = int(sink.stdout.readline().rsplit(":", 1)[1])
            content = b"Subject: x\r\n\r\n.\r\n..\r\nend\r\n"
            with Body(content) as body:
                out = deliver(port, messages=500, sessions=20, body=body.path)
            sink.terminate()
            counts, _ = sink.communicate(timeout=10)
            self.assertEqual(out.counts["sent"], 500)
            self.assertRegex(counts, r"^500 messages in \d+ connections\n$")
            mails = {path.read_bytes() for path in (box / "new").iterdir()}
            self.assertEqual(mails, {b"Return-Path: <b+%d@from.example>\r\nDelivered-To: r%d@to.example\r\n"
                                     % (n, n) + content for n in range(1, 501)})


if __name__ == "__main__":
    unittest.main()
