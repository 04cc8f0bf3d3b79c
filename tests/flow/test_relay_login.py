"""Logging in to relays: passwords, tokens and certificates from files, commands and systemd; what a
relay's refusal does; and that no secret shows."""

import base64
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import pace
import tidings

tidings.need("openssl")

USER, SECRET = "editor@news.example", "s3cret-Wort-42"


class Certificates:
    """A CA of our own, a server's certificate by it and a client's."""

    def __init__(self, directory):
        self.dir = pathlib.Path(directory)
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                     "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem", "-addext",
                     "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")
        self.issue("server", "subjectAltName=IP:127.0.0.1")
        self.issue("client", "subjectAltName=DNS:sender.news.example")

    def openssl(self, *arguments):
        subprocess.run([tidings.tool("openssl"), *arguments], cwd=self.dir, check=True,
                       capture_output=True)

    def issue(self, name, extension):
        (self.dir / "extension").write_text(extension)
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout",
                     f"{name}.key", "-out", "request")
        self.openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key",
                     "-days", "2", "-extfile", "extension", "-out", f"{name}.pem")
        (self.dir / f"{name}.key").chmod(0o600)

    def server(self, wants_client=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.dir / "server.pem", self.dir / "server.key")
        if wants_client:
            context.load_verify_locations(self.dir / "ca.pem")
            context.verify_mode = ssl.CERT_REQUIRED
        return context


class Login(pace.Case):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-login-")
        cls.addClassCleanup(scratch.cleanup)
        cls.made = Certificates(scratch.name)

    def relay(self, answer=None, mechanisms="PLAIN XOAUTH2 OAUTHBEARER", **more):
        more.setdefault("starttls", self.made.server())
        offers = lambda session: ["8BITMIME", *([f"AUTH {mechanisms}"] if session.tls else [])]
        return self.peer(answer, offers=offers, **more)

    def ready(self, server, keys, people=5):
        keys = f"    tls: required\n    ca_file: {self.made.dir}/ca.pem\n{keys}"
        instance = self.instance(server.port, pace.addresses(people))
        instance.configure("    # sessions: 20\n", keys)
        return instance

    def write(self, instance, name, text, mode=0o600):
        path = instance.dir / "conf" / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def tokens(self, server):
        """What was said by AUTH, decoded."""
        return [base64.b64decode(line.split()[2]).decode() for line in server.lines
                if line.startswith("AUTH ")]

    def check_secrecy(self, instance, *said):
        """The secret and its base64 are in no output and in no file of the queue."""
        hidden = [SECRET.encode(), base64.b64encode(SECRET.encode()).rstrip(b"=")]
        texts = [text.encode() for text in said]
        texts += [path.read_bytes() for path in (instance.dir / "queue").iterdir()]
        for text in texts:
            for secret in hidden:
                self.assertNotIn(secret, text)

    def test_a_token_from_a_file_is_shown_as_the_relay_asks(self):
        for mechanisms, expected in (("XOAUTH2", f"user={USER}\1auth=Bearer {SECRET}\1\1"),
                                     ("OAUTHBEARER", f"auth=Bearer {SECRET}")):
            with self.subTest(mechanisms=mechanisms):
                server = self.relay(mechanisms=mechanisms)
                instance = self.ready(server, f"    user: {USER}\n    token_file: conf/token\n")
                self.write(instance, "token", SECRET + "\n")
                done = instance.run("send", "--drain")
                self.assertEqual(len(server.mails), 5)
                self.assertTrue(all(expected in said for said in self.tokens(server)))
                self.check_secrecy(instance, done.stdout, done.stderr)

    def test_a_command_prints_the_token_and_a_refused_one_is_fetched_anew(self):
        def refuse_old(stage, words, session):
            if stage == "AUTH" and "token-1" in base64.b64decode(words.split()[2]).decode():
                return "535 5.7.8 token expired"
            return None

        server = self.relay(refuse_old, mechanisms="XOAUTH2")
        instance = self.ready(server, f"    user: {USER}\n    token_command: [PROGRAM, token]\n")
        count = instance.dir / "count"
        program = self.write(instance, "fetch", "#!/bin/sh\n"
                             f"echo x >> {count}\necho \"$1-$(wc -l < {count})\"\n", 0o700)
        instance.configure("PROGRAM", str(program))
        sender = instance.start("send")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        deadline = time.monotonic() + 60
        while len(server.mails) < 5:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        sender.terminate()
        sender.communicate(timeout=60)
        self.assertIn("token-1", self.tokens(server)[0])
        self.assertIn("token-2", self.tokens(server)[1])
        self.assertEqual({row["tries"] for row in instance.queue().values()}, {1})

    def test_a_command_that_fails_is_the_relays_trouble(self):
        server = self.relay()
        instance = self.ready(server, f"    user: {USER}\n    token_command: [/bin/false]\n")
        done = instance.run("send", "--drain", check=False)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("/bin/false: exit status 1", done.stderr)
        self.assertEqual(server.sessions, [])
        self.assertEqual(instance.states(), {"queued": 5})

    def test_a_command_that_prints_for_ever_is_ended_with_all_it_started(self):
        server = self.relay()
        instance = self.ready(server, f"    user: {USER}\n    token_command: [PROGRAM]\n")
        mark = instance.dir / "started"
        program = self.write(instance, "fetch", f"#!/bin/sh\nsleep 1000 & echo $! > {mark}\n"
                             "exec cat /dev/zero\n", 0o700)
        instance.configure("PROGRAM", str(program))
        done = instance.run("send", "--drain", check=False, timeout=25)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn(f"{program}: prints more than a token", done.stderr)
        started = pathlib.Path("/proc") / mark.read_text().strip() / "stat"
        deadline = time.monotonic() + 20
        while started.exists() and started.read_text().split()[2] != "Z":
            self.assertLess(time.monotonic(), deadline, "what it started goes on")
            time.sleep(0.02)

    def test_a_command_would_inherit_no_session(self):
        seen, go_on = threading.Event(), threading.Event()

        def answer(stage, words, session):
            if stage == "MAIL":
                seen.set()
                go_on.wait(60)

        server = self.relay(answer)
        instance = self.ready(server, f"    user: {USER}\n    token_file: conf/token\n")
        self.write(instance, "token", SECRET + "\n")
        sender = instance.start("send", "--drain")
        self.addCleanup(sender.communicate)
        self.addCleanup(sender.kill)
        self.addCleanup(go_on.set)
        self.assertTrue(seen.wait(60))
        proc = pathlib.Path("/proc") / str(sender.pid)
        with open(proc / "net" / "tcp", encoding="ascii") as table:
            there = {f"socket:[{line.split()[9]}]" for line in table
                     if line.split()[2] == f"0100007F:{server.port:04X}"}
        fds = [fd.name for fd in (proc / "fd").iterdir() if os.readlink(fd) in there]
        self.assertTrue(fds)
        for fd in fds:
            flags = re.search(r"flags:\s+(\d+)", (proc / "fdinfo" / fd).read_text()).group(1)
            self.assertTrue(int(flags, 8) & os.O_CLOEXEC, fd)

    def test_a_password_may_be_a_credential_of_systemd(self):
        server = self.relay()
        instance = self.ready(server, f"    user: {USER}\n"
                              "    password_file: $CREDENTIALS_DIRECTORY/relay\n")
        credentials = instance.dir / "credentials"
        credentials.mkdir()
        secret = credentials / "relay"
        secret.write_text(SECRET)
        secret.chmod(0o440)
        self.assertEqual(instance.run("check", check=False).returncode, 78)
        done = instance.run("send", "--drain", env={"CREDENTIALS_DIRECTORY": str(credentials)})
        self.assertEqual(self.tokens(server)[0], f"\0{USER}\0{SECRET}")
        self.check_secrecy(instance, done.stdout, done.stderr)

    def test_only_the_mechanism_that_is_wanted_is_used(self):
        server = self.relay(mechanisms="PLAIN LOGIN")
        instance = self.ready(server, f"    user: {USER}\n    password_file: conf/password\n"
                              "    auth: cram-md5\n")
        self.write(instance, "password", SECRET)
        done = instance.run("send", "--drain", check=False)
        self.assertEqual(done.returncode, 69)
        self.assertIn("does not offer the AUTH mechanism", done.stderr)
        self.assertFalse([line for line in server.lines if line.startswith(("AUTH", "MAIL"))])
        self.check_secrecy(instance, done.stdout, done.stderr)

    def test_our_certificate_is_shown_where_it_is_asked_for(self):
        server = self.relay(starttls=self.made.server(wants_client=True))
        with_it = self.ready(server, f"    cert_file: {self.made.dir}/client.pem\n"
                             f"    key_file: {self.made.dir}/client.key\n")
        self.drain(with_it)
        self.assertEqual(len(server.mails), 5)

    def test_a_server_that_repeats_what_it_was_told_gives_no_secret_away(self):
        echo = lambda stage, words, session: f"535 5.7.8 no: {words}" if stage == "AUTH" else None
        for keys, mechanisms in (("password_file: conf/secret\n    auth: plain", "PLAIN"),
                                 ("password_file: conf/secret\n    auth: login", "LOGIN"),
                                 ("token_file: conf/secret", "XOAUTH2"),
                                 ("token_file: conf/secret", "OAUTHBEARER")):
            with self.subTest(mechanisms=mechanisms):
                server = self.relay(echo, mechanisms=mechanisms)
                instance = self.ready(server, f"    user: {USER}\n    {keys}\n")
                self.write(instance, "secret", SECRET + "\n")
                done = instance.run("send", "--drain", check=False)
                self.assertIn("535 5.7.8 no", done.stderr)
                said = [done.stderr, instance.run("status", check=False).stdout]
                said += [path.read_bytes().decode("latin-1")
                         for path in (instance.dir / "queue").iterdir()]
                for word in re.findall(r"[A-Za-z0-9+/]{8,}", "\n".join(said)):
                    plain = base64.b64decode(word[:len(word) // 4 * 4])
                    self.assertNotIn(SECRET[:6].encode(), plain, word)
                self.check_secrecy(instance, *said)

    def test_a_refused_password_charges_nobody_and_is_tried_once_a_step(self):
        server = self.relay(lambda stage, *_: "535 5.7.8 wrong" if stage == "AUTH" else None)
        instance = self.ready(server, f"    user: {USER}\n    password_file: conf/password\n", 40)
        self.write(instance, "password", SECRET)
        done = instance.run("send", "--drain", check=False)
        self.assertEqual(done.returncode, 69)
        self.assertIn("535 5.7.8 wrong", done.stderr)
        self.assertEqual(len(self.tokens(server)), 1)
        self.assertEqual({(row["state"], row["tries"]) for row in instance.queue().values()},
                         {("queued", 0)})
        self.check_secrecy(instance, done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
