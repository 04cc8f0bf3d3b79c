"""Secrets stay in their files: no command line, no environment, no log, no output and nothing that is
stored holds the password of a relay or a mailbox, a token, or a key, while all of them are used.
"""

import base64
import glob
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import threading
import unittest

import pace
import tidings
from certificates import Certificates
from daemons import Daemon

tidings.need("openssl")

PASSWORD, TOKEN, MAILBOX = "Pass-wort/4711+x", "ya29.token-4712", "Post-Fach.4713"
RELAYS = """    tls: required
    ca_file: {ca}
    user: editor@news.example
    password_file: conf/keys/relay-password
  - name: tokens
    url: smtp://127.0.0.1:{port}
    ca_file: {ca}
    domains: [token.example]
    user: editor@news.example
    token_command: [/bin/cat, {folder}/conf/keys/relay-token]
"""
BOUNCES = """bounces:
  - name: postbox
    url: imaps://127.0.0.1:{port}/INBOX
    user: bounce
    password_file: conf/keys/bounce-password
    ca_file: {ca}
    every: 1s
"""
DKIM = """dkim:
  - domain: news.example
    selector: one
    key_file: conf/keys/dkim.pem
"""


class Mailbox:
    """An IMAP server that hears a password out and refuses it."""

    def __init__(self, context):
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = b""
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(client, server_side=True) as secure:
                    self.talk(secure)
            except OSError:
                pass

    def talk(self, client):
        client.sendall(b"* OK ready\r\n")
        asking = b""  # the tag of an AUTHENTICATE
        for line in client.makefile("rb"):
            self.heard += line
            tag = asking or line.split()[0]
            if b"CAPABILITY" in line:
                client.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            elif b"AUTHENTICATE PLAIN" in line:
                asking = tag
                client.sendall(b"+ \r\n")
            else:
                client.sendall(tag + b" NO who are you?\r\n")
                asking = b""


class Processes:
    """All command lines, and our environments, that anybody can see while the with statement lasts."""

    def __enter__(self):
        self.seen = set()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        while not self.over.wait(0.03):
            for path in glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    words = pathlib.Path(path).read_bytes()
                    self.seen.add(words)
                    if words.startswith(bytes(tidings.BINARY)):
                        self.seen.add(pathlib.Path(path).with_name("environ").read_bytes())
                except OSError:
                    pass  # it has ended, or is not ours


class Secrets(pace.Case):
    def setUp(self):
        made = Certificates()
        offers = lambda words: lambda session: ["8BITMIME", *([words] if session.tls else [])]
        self.server = self.peer(starttls=made.context("127.0.0.1"), offers=offers("AUTH PLAIN"))
        self.tokens = self.peer(starttls=made.context("127.0.0.1"), offers=offers("AUTH XOAUTH2"))
        self.mailbox = self.enterContext(Mailbox(made.context("127.0.0.1")))
        people = pace.addresses(30) + pace.addresses(30, "token.example")
        self.instance = self.instance(self.server.port, people)
        self.keys = self.instance.dir / "conf" / "keys"
        self.write("relay-password", PASSWORD)
        self.write("relay-token", TOKEN)
        self.write("bounce-password", MAILBOX)
        self.write("dkim.pem", subprocess.run(
            [tidings.tool("openssl"), "genpkey", "-algorithm", "rsa"], check=True,
            capture_output=True, text=True).stdout)
        self.instance.configure("    # sessions: 20\n", RELAYS.format(
            ca=made.ca, port=self.tokens.port, folder=self.instance.dir))
        config = self.instance.dir / "conf" / "tidings.yaml"
        config.write_text(config.read_text() + BOUNCES.format(port=self.mailbox.port, ca=made.ca)
                          + DKIM)

    def write(self, name, text):
        path = self.keys / name
        path.write_text(text + "\n")
        path.chmod(0o600)

    def hidden(self):
        """{what: bytes} that must be nowhere: the secrets, as they are and as protocols spell them."""
        hidden = {path.name: path.read_bytes().strip() for path in self.keys.iterdir()}
        user = "editor@news.example"
        for name, said in (("relay-password", PASSWORD), ("relay-token", TOKEN),
                           ("bounce-password", MAILBOX),
                           ("AUTH PLAIN", f"\0{user}\0{PASSWORD}"),
                           ("AUTHENTICATE PLAIN", f"\0bounce\0{MAILBOX}"),
                           ("XOAUTH2", f"user={user}\1auth=Bearer {TOKEN}\1\1")):
            hidden[f"{name} in base64"] = base64.b64encode(said.encode()).rstrip(b"=")
        pem = [line for line in (self.keys / "dkim.pem").read_text().split()
               if re.fullmatch("[A-Za-z0-9+/=]{40,}", line)]
        hidden["a line of dkim.pem"] = pem[1].encode()
        hidden["bytes of dkim.pem"] = base64.b64decode("".join(pem))[100:140]
        hidden.pop("dkim.pem")
        return hidden

    def stored(self, folder):
        """Every file below, but for the secrets' own."""
        return {str(path): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and path.parent != self.keys}

    def check(self, texts):
        for what, secret in self.hidden().items():
            self.assertGreaterEqual(len(secret), 8, what)
            for where, text in texts.items():
                self.assertFalse(secret in text, f"{what} is in {where}")

    def use(self, said):
        """Everything that touches a secret, as loud as it can be."""
        for command in (("check",), ("-v", "-v", "bounce", "poll"), ("-v", "-v", "send", "--drain"),
                        ("status",), ("queue", "list"), ("queue", "show", "1-1"),
                        ("db", "backup", "backup", "--without-keys"), ("db", "verify"),
                        ("why", pace.addresses(1)[0])):
            for way in ([], ["--json"]) if command[-1] != "--without-keys" else [[]]:
                done = self.instance.run(*command, *way, check=False)
                said[" ".join(command)] = (said.get(" ".join(command), b"")
                                           + (done.stdout + done.stderr).encode())
        daemon = Daemon(self.instance, "--senders", "1", "-v", "-v")
        daemon.wait(r"event=mailbox .*trouble")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("event=reload")
        self.assertEqual(daemon.end(), 0)
        said["the daemon's log"] = "\n".join(daemon.lines).encode()

    def test_none_is_seen_while_all_are_used(self):
        said = {}
        with Processes() as processes:
            self.use(said)
        self.assertEqual(self.instance.states(), {"sent": 60})
        # They were used, and what looks for them would find them.
        self.assertIn(base64.b64encode(f"\0editor@news.example\0{PASSWORD}".encode()).decode(),
                      "\n".join(self.server.lines))
        self.assertTrue([line for line in self.tokens.lines if line.startswith("AUTH XOAUTH2")])
        self.assertIn(base64.b64encode(f"\0bounce\0{MAILBOX}".encode()), self.mailbox.heard)
        self.assertIn(b"DKIM-Signature: ", self.server.mails[0][2])
        for words in (b"bounce\0poll", b"send\0--drain", b"run\0--senders"):
            self.assertTrue([seen for seen in processes.seen if words in seen], words)
        self.check({f"a process: {words[:60]}": words for words in processes.seen})
        self.check(said)
        self.check(self.stored(self.instance.dir))
        self.check({f"mail to {mail[1]}": mail[2] for mail in self.server.mails})

    def test_a_file_that_others_may_read_is_refused(self):
        for name in ("relay-password", "bounce-password", "dkim.pem"):
            for mode in (0o644, 0o640, 0o604):
                with self.subTest(name=name, mode=oct(mode)):
                    (self.keys / name).chmod(mode)
                    done = self.instance.run("send", "--drain", check=False)
                    self.assertEqual(done.returncode, 78, done.stderr)
                    self.assertRegex(done.stderr, rf"{name}.*chmod 600")
                    self.assertNotIn(PASSWORD, done.stderr)
                    (self.keys / name).chmod(0o600)
        self.assertEqual(self.server.sessions, [])


if __name__ == "__main__":
    unittest.main()
