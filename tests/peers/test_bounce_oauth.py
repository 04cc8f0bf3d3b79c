"""Mailboxes behind OAuth: the role `bounces` shows Dovecot a token from a file or a command, by XOAUTH2 and
OAUTHBEARER, over IMAPS and POP3S; a token that is refused loses nothing and is told."""

import http.server
import json
import threading
import unittest
import urllib.parse

import mailservers
import returned
import tidings
from daemons import Daemon
from mailservers import MailServers, until

mailservers.need()

NOW = "2026-11-20T07:00:00Z"
TOKEN, OTHERS, STALE = "ya29.a0-of.bounce~x/y+z==", "ya29.of-somebody-else", "ya29.stale"
KINDS = ("imaps", "pop3s")


class TokenInfo(http.server.BaseHTTPRequestHandler):
    """Tells a mail server whose a token is."""

    users = {TOKEN: "bounce", OTHERS: "somebody"}

    def do_GET(self):
        token = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("token", [""])[0]
        user = self.users.get(token)
        body = json.dumps({"user": user} if user else {"error": "invalid_token"}).encode()
        self.send_response(200 if user else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class OAuth:
    mechanism = ""

    @classmethod
    def setUpClass(cls):
        info = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TokenInfo)
        threading.Thread(target=info.serve_forever, daemon=True).start()
        cls.addClassCleanup(info.server_close)
        cls.addClassCleanup(info.shutdown)
        cls.servers = cls.enterClassContext(MailServers(
            tokens=f"http://127.0.0.1:{info.server_port}/?token=", mechanisms=cls.mechanism))

    def setUp(self):
        for path in self.servers.mailbox("bounce"):
            path.unlink()
        self.instance = self.enterContext(tidings.Instance(self.servers.smtp, now=NOW))
        self.token = self.instance.dir / "conf/keys/bounce-token"
        self.servers.configure(self.instance, *KINDS)
        config = self.instance.dir / "conf/tidings.yaml"
        password = self.instance.dir / "conf/keys/bounce-password"
        config.write_text(config.read_text().replace(f"password_file: {password}",
                                                     f"token_file: {self.token}"))
        password.unlink()
        self.show(TOKEN)

    def show(self, token):
        self.token.write_text(token + "\n")
        self.token.chmod(0o600)

    def put(self, count=1):
        self.servers.put("bounce", [returned.report("bounce@news.example", f"r{i}@far.example")
                                    for i in range(count)])

    def poll(self, kind, check=True):
        return self.instance.run("bounce", "poll", kind, "--json", check=check)

    def test_a_token_from_a_file(self):
        for n, kind in enumerate(KINDS):
            with self.subTest(kind=kind):
                self.put(3 + n)
                answer = json.loads(self.poll(kind).stdout)
                self.assertEqual(answer["taken"] + answer["known"], 3 + n)
                self.assertEqual(self.servers.mailbox("bounce"), [])
                self.assertIn(f"method={self.mechanism.upper()}", self.servers.log())

    def test_a_token_from_a_command(self):
        command = self.instance.dir / "token.sh"
        command.write_text(f"#!/bin/sh\nprintf '%s\\n' '{TOKEN}'\n")
        command.chmod(0o755)
        config = self.instance.dir / "conf/tidings.yaml"
        config.write_text(config.read_text().replace(f"token_file: {self.token}",
                                                     f"token_command: {command}"))
        self.token.unlink()
        for kind in KINDS:
            with self.subTest(kind=kind):
                self.put()
                self.poll(kind)
                self.assertEqual(self.servers.mailbox("bounce"), [])

    def test_a_token_that_is_refused_loses_nothing_and_is_not_told(self):
        self.put()
        for kind in KINDS:
            for token in (STALE, OTHERS):
                with self.subTest(kind=kind, token=token):
                    self.show(token)
                    refused = self.poll(kind, check=False)
                    self.assertEqual(refused.returncode, 77, refused.stderr)
                    self.assertRegex(refused.stderr, rf"mailbox {kind}: Login denied: .*(?i:auth|401)")
                    self.assertNotIn(token, refused.stderr + refused.stdout)
                    self.assertEqual(len(self.servers.mailbox("bounce")), 1)
        self.assertEqual(self.instance.json("bounce", "list"), [])

    def test_the_role_says_so_goes_on_and_reads_once_the_token_is_good(self):
        self.put(2)
        self.show(STALE)
        daemon = Daemon(self.instance, "bounces")
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.end(9))
        for kind in KINDS:
            daemon.wait(rf"level=\w+.*{kind}")
        self.assertEqual(len(self.servers.mailbox("bounce")), 2)
        self.show(TOKEN)  # a token lives an hour: it is read anew for each connection
        until(lambda: not self.servers.mailbox("bounce"), "an empty mailbox",
              lambda: "\n".join(daemon.lines))
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(len(self.instance.json("bounce", "list")), 2)
        self.assertFalse([line for line in daemon.lines if TOKEN in line or STALE in line])


class XOAuth2(OAuth, unittest.TestCase):
    mechanism = "xoauth2"


class OAuthBearer(OAuth, unittest.TestCase):
    mechanism = "oauthbearer"


if __name__ == "__main__":
    unittest.main()
