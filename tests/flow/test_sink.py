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
import ssl
import subprocess
import tempfile
import unittest

import tidings
from certificates import Certificates
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


class Tls(unittest.TestCase):
    """STARTTLS, TLS at once and AUTH, as a client sees them that trusts the sink's certificate alone."""

    def setUp(self):
        scratch = self.enterContext(tempfile.TemporaryDirectory(prefix="tidings-sink-"))
        self.ca = pathlib.Path(scratch) / "ca.pem"

    def sink(self, *options):
        return self.enterContext(Sink("--ca-file", self.ca, *options))

    def context(self):
        return ssl.create_default_context(cafile=self.ca)

    def client(self, sink, host="127.0.0.1"):
        client = smtplib.SMTP(host, sink.port, timeout=10)
        self.addCleanup(client.close)
        return client

    def send(self, client):
        client.sendmail("a@from.example", ["b@to.example"], "Subject: one\n\n" + "hello\n" * 20000)

    def test_starttls_and_then_as_ever(self):
        sink = self.sink("--tls", "--json")
        for host in ("127.0.0.1", "localhost"):
            client = self.client(sink, host)
            client.ehlo()
            self.assertTrue(client.has_extn("starttls"))
            client.starttls(context=self.context())
            client.ehlo()
            self.assertFalse(client.has_extn("starttls"))
            self.send(client)
            client.quit()
        self.assertEqual(json.loads(sink.end()[0]), {"messages": 2, "connections": 2, "faults": 0})

    def test_tls_from_the_first_byte_on(self):
        sink = self.sink("--smtps")
        client = smtplib.SMTP_SSL("127.0.0.1", sink.port, timeout=10, context=self.context())
        client.ehlo()
        self.assertFalse(client.has_extn("starttls"))
        self.send(client)
        client.quit()
        self.assertEqual(sink.end()[0], "1 messages in 1 connections\n")

    def test_each_sink_has_a_key_of_its_own(self):
        first = self.sink("--tls")
        one = self.ca.read_bytes()
        self.sink("--tls")
        self.assertNotEqual(one, self.ca.read_bytes())
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.client(first).starttls(context=self.context())

    def test_users_are_asked_for_in_tls_only(self):
        sink = self.sink("--tls", "--auth")
        client = self.client(sink)
        client.ehlo()
        self.assertFalse(client.has_extn("auth"))
        self.assertEqual(client.docmd("AUTH PLAIN AGEAYg==")[0], 504)
        self.assertEqual(client.mail("a@from.example")[0], 530)
        client.starttls(context=self.context())
        client.ehlo()
        self.assertTrue(client.has_extn("auth"))
        self.assertEqual(client.mail("a@from.example")[0], 530)
        client.login("anyone", "any password")
        self.send(client)

    def test_what_comes_in_clear_behind_starttls_is_thrown_away(self):
        """RFC 3207 4.2: else somebody in between could put words into the client's mouth."""
        sink = self.sink("--tls")
        with socket.create_connection(("127.0.0.1", sink.port), 10) as clear:
            clear.sendall(b"EHLO c\r\nSTARTTLS\r\nMAIL FROM:<evil@from.example>\r\n")
            heard = b""
            while b"\r\n220 " not in heard:
                heard += clear.recv(65536)
            self.assertTrue(heard.endswith(b"\r\n220 2.0.0 go ahead\r\n"), heard)
            with self.context().wrap_socket(clear, server_hostname="127.0.0.1") as secure:
                secure.sendall(b"RCPT TO:<b@to.example>\r\n")
                self.assertEqual(secure.recv(100)[:3], b"503")

    def test_a_certificate_that_is_given(self):
        tidings.need("openssl")
        certificates = Certificates()
        certificates.context("127.0.0.1")
        made = [certificates.dir / f"127.0.0.12False.{end}" for end in ("pem", "key")]
        with Sink("--tls", "--cert", made[0], "--key", made[1]) as sink:
            self.client(sink).starttls(context=ssl.create_default_context(cafile=certificates.ca))

    def test_what_does_not_go_together(self):
        for words, code in ((["--tls", "--smtps"], 64), (["--cert", "x", "--tls"], 64),
                            (["--ca-file", "x"], 64), (["--cert", "x", "--key", "y"], 64),
                            (["--tls", "--cert", "x", "--key", "y", "--ca-file", "z"], 64),
                            (["--tls", "--cert", "/nowhere", "--key", "/nowhere"], 66),
                            (["--faults", "tls drop"], 64),
                            (["--tls", "--faults", "tls multi-line"], 64)):
            done = tidings.run(["sink", "--listen", "127.0.0.1:0", *words], check=False, timeout=10)
            self.assertEqual(done.returncode, code, (words, done.stderr))


if __name__ == "__main__":
    unittest.main()
