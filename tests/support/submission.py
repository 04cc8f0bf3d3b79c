"""A submission server as publishers have one: Postfix with STARTTLS, and AUTH by Dovecot, in a scratch
directory, on ports of the kernel's choosing. What it accepts it relays to another server on this
machine. Wants root, as both change users themselves.

    with Submission(relay_to=sink.port) as server:
        server.configure(instance)
"""

import pathlib
import re
import shutil
import socketserver
import subprocess
import tempfile
import threading

import certificates
import mailservers
import sinks
import tidings
from mailservers import need, until

USER = "editor@news.example"
PASSWORD = "s3cret, with = and spaces"

MAIN = """\
compatibility_level = 3.6
queue_directory = {dir}/spool
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {dir}/postfix.log
maillog_file_prefixes = {dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.news.example
mydestination =
mynetworks =
relayhost = [127.0.0.1]:{relay}
disable_dns_lookups = yes
smtp_tls_security_level = none
smtp_connection_cache_on_demand = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dir}/auth
smtpd_sasl_authenticated_header = no
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = {policy}
smtpd_client_event_limit_exceptions =
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
{more}
"""

DOVECOT = """\
base_dir = {dir}/dovecot
state_dir = {dir}/state
log_path = {dir}/dovecot.log
protocols =
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
auth_mechanisms = plain login
auth_username_format = %u
passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={dir}
}}
service auth {{
  unix_listener {dir}/auth {{
    mode = 0666
  }}
}}
"""


class Greylist:
    """A policy server: who sends to a recipient for the first time is asked to come again."""

    def __init__(self):
        self.seen = []
        self._known = set()
        greylist = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                attributes = {}
                for line in self.rfile:
                    key, _, value = line.decode().strip().partition("=")
                    if key:
                        attributes[key] = value
                        continue
                    self.wfile.write(f"action={greylist.judge(attributes)}\n\n".encode())
                    attributes = {}

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def judge(self, attributes):
        """RFC 6647: by client, sender and recipient."""
        triplet = tuple(attributes[key] for key in ("client_address", "sender", "recipient"))
        self.seen.append(triplet)
        if triplet in self._known:
            return "dunno"
        self._known.add(triplet)
        return "defer_if_permit Greylisted, see you in five minutes"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Submission:
    """relay_to: the port of whoever gets what it accepts. policy: of a Greylist. more: lines for
    main.cf."""

    def __init__(self, relay_to, policy=None, more=""):
        self._scratch = tempfile.TemporaryDirectory(prefix="td-submission-")
        self.dir = pathlib.Path(self._scratch.name)
        self.dir.chmod(0o755)
        self.certificates = certificates.Certificates()
        self.certificates.context("127.0.0.1")
        self.port = sinks.free_port()
        self._values = {
            "dir": self.dir, "relay": relay_to, "more": more,
            "policy": f"check_policy_service inet:127.0.0.1:{policy}, permit" if policy else "permit",
            "cert": self.certificates.dir / "127.0.0.12False.pem",
            "key": self.certificates.dir / "127.0.0.12False.key"}
        self._dovecot = None

    def __enter__(self):
        for name in ("conf", "spool", "data", "dovecot", "state"):
            (self.dir / name).mkdir()
        shutil.chown(self.dir / "data", "postfix")
        master = mailservers.MASTER.format(smtp=self.port, dir=self.dir, pipe="")
        for name, text in {"conf/main.cf": MAIN.format(**self._values), "conf/master.cf": master,
                           "dovecot.conf": DOVECOT.format(**self._values),
                           "users": f"{USER}:{{PLAIN}}{PASSWORD}\n"}.items():
            (self.dir / name).write_text(text)
        self._dovecot = subprocess.Popen(
            [tidings.tool("dovecot"), "-F", "-c", self.dir / "dovecot.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        until(lambda: (self.dir / "auth").is_socket(), "Dovecot does not start", self.log)
        self._postfix("start")
        assert sinks.listening(self.port, self._dovecot, mailservers.PATIENCE), self.log()
        return self

    def __exit__(self, *_):
        self._postfix("stop")
        self._dovecot.terminate()
        self._dovecot.wait(mailservers.PATIENCE)
        self._scratch.cleanup()

    def _postfix(self, command):
        with tempfile.TemporaryFile("w+") as said:  # daemons keep what they inherit open
            done = subprocess.run([tidings.tool("postfix"), "-c", self.dir / "conf", command],
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
                                  timeout=120)
            said.seek(0)
            assert done.returncode == 0, f"postfix {command}: {said.read()}"

    def log(self):
        return "".join(path.read_text(errors="replace") for path in self.dir.glob("*.log"))

    def relayed(self):
        """How many mails it has passed on."""
        return len(re.findall(r"postfix/smtp\[\d+\]: \w+: .* status=sent", self.log()))

    def wait_for(self, count):
        until(lambda: self.relayed() >= count, f"{count} mails passed on", self.log)

    def configure(self, instance, password=PASSWORD):
        """From now on the instance submits here."""
        path = instance.dir / "conf" / "keys" / "relay-password"
        path.write_text(password + "\n", encoding="utf-8")
        path.chmod(0o600)
        instance.relay(self.port)
        instance.configure("# tls: required",
                           f"tls: required\n    ca_file: {self.certificates.ca}\n"
                           f"    user: {USER}\n    password_file: conf/keys/relay-password")


__all__ = ["Greylist", "PASSWORD", "Submission", "USER", "need"]
