"""tidings sink from outside: it says where it listens, keeps every mail byte for byte, ends when
told and counts what came."""

import email
import email.policy
import json
import os
import pathlib
import signal
import smtplib
import socket
import subprocess
import tempfile
import unittest

import tidings
from sinks import TidingsSink as Sink


def raw_session(port, sent):
    """Writes bytes in one go and reads until the server closes."""
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.sendall(sent)
        return b"".join(iter(lambda: s.recv(65536), b""))


class SinkTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-sink-")
        self.addCleanup(scratch.cleanup)
        self.box = pathlib.Path(scratch.name) / "deep" / "mail"

    def mails(self):
        return sorted(path.read_bytes() for path in (self.box / "new").iterdir())

    def test_the_first_line_is_where_it_listens_and_the_last_what_came(self):
        with Sink("--maildir", self.box) as sink:
            self.assertRegex(sink.first, r"^127\.0\.0\.1:[0-9]+\n$")
            with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
                client.sendmail("a@from.example", ["b@to.example"], "Subject: one\n\nhello\n")
                client.sendmail("a@from.example", ["c@to.example"], "Subject: two\n\nhello\n")
            out, err, status = sink.end()
        self.assertEqual((out, err, status), ("2 messages in 1 connections\n", "", 0))
        self.assertEqual(len(self.mails()), 2)

    def test_ctrl_c_ends_it_too(self):
        with Sink() as sink:
            out, _, status = sink.end(signal.SIGINT)
        self.assertEqual((out, status), ("0 messages in 0 connections\n", 0))

    def test_json_says_the_same(self):
        with Sink("--json") as sink:
            first = json.loads(sink.first)
            self.assertEqual(first["listen"], f"127.0.0.1:{first['port']}")
            with smtplib.SMTP("127.0.0.1", first["port"], timeout=10) as client:
                client.sendmail("a@from.example", ["b@to.example"], "Subject: one\n\nhello\n")
            out, _, _ = sink.end()
        self.assertEqual(json.loads(out), {"messages": 1, "connections": 1, "faults": 0})

    def test_a_mail_is_kept_byte_for_byte_below_its_envelope(self):
        content = (b"Subject: =?utf-8?q?caf=C3=A9?=\r\nX-Long: " + b"x" * 900 + b"\r\n\r\n"
                   b".\r\n..dots\r\ntail \t\r\n\xc3\xa9\x00\x01\r\nbare\nlf\rcr\r\n")
        with Sink("--maildir", self.box) as sink:
            stuffed = content.replace(b"\r\n.", b"\r\n..")
            said = raw_session(sink.port, b"EHLO c\r\nMAIL FROM:<b+1@from.example>\r\n"
                               b"RCPT TO:<r@to.example>\r\nRCPT TO:<s@to.example>\r\nDATA\r\n"
                               + stuffed + b".\r\nQUIT\r\n")
        self.assertEqual(said.count(b"\r\n250 2.0.0"), 1)
        [mail] = self.mails()
        self.assertEqual(mail, b"Return-Path: <b+1@from.example>\r\nDelivered-To: r@to.example\r\n"
                               b"Delivered-To: s@to.example\r\n" + content)
        parsed = email.message_from_bytes(mail, policy=email.policy.default)
        self.assertEqual(parsed["subject"], "café")

    def test_a_smuggled_message_stays_content(self):
        inner = b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nSubject: evil\r\n\r\n"
        for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"):
            with self.subTest(end=end), Sink("--json", "--maildir", self.box) as sink:
                port = json.loads(sink.first)["port"]
                raw_session(port, b"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
                            b"DATA\r\nSubject: x\r\n\r\nhello" + end + inner + b"\r\n.\r\nQUIT\r\n")
                self.assertEqual(json.loads(sink.end()[0])["messages"], 1)

    def test_a_hundred_connections_at_once_are_all_served(self):
        with Sink("--maildir", self.box) as sink:
            clients = [smtplib.SMTP("127.0.0.1", sink.port, timeout=20) for _ in range(100)]
            for n, client in enumerate(clients):
                client.sendmail("a@from.example", [f"r{n}@to.example"], f"Subject: {n}\n\nx\n")
            for client in clients:
                client.quit()
            self.assertEqual(sink.end()[0], "100 messages in 100 connections\n")
        self.assertEqual(len(set(self.mails())), 100)

    def test_a_mail_that_cannot_be_kept_is_not_accepted(self):
        with Sink("--maildir", self.box) as sink:
            (self.box / "tmp").rmdir()
            with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
                with self.assertRaises(smtplib.SMTPDataError) as refused:
                    client.sendmail("a@from.example", ["b@to.example"], "Subject: one\n\nx\n")
                self.assertEqual(refused.exception.smtp_code, 451)
            self.assertEqual(sink.end()[0], "0 messages in 1 connections\n")

    def test_it_listens_on_loopback_only(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0", "everywhere:25", "2525"):
            done = tidings.run(["sink", "--listen", address], check=False, timeout=10)
            self.assertEqual((done.returncode, done.stdout), (os.EX_USAGE, ""), address)
            self.assertIn(address, done.stderr)

    def test_a_port_in_use_is_said(self):
        with Sink() as sink:
            address = sink.first.strip()
            done = tidings.run(["sink", "--listen", address], check=False, timeout=10)
        self.assertEqual(done.returncode, os.EX_UNAVAILABLE)
        self.assertIn(address, done.stderr)

    def test_a_relative_maildir_is_below_the_directory_of_minus_capital_c(self):
        self.box.mkdir(parents=True)
        done = subprocess.Popen([tidings.BINARY, "-C", self.box, "sink", "--listen", "127.0.0.1:0",
                                 "--maildir", "inbox"], stdout=subprocess.PIPE, text=True)
        done.stdout.readline()
        done.terminate()
        done.communicate(timeout=10)
        self.assertTrue((self.box / "inbox" / "new").is_dir())


if __name__ == "__main__":
    unittest.main()
