"""Postfix and Dovecot in a scratch directory, for tests that need the real ones: on loopback, on ports
of the kernel's choosing, ended by process id. Both want root (they change users themselves).

    with MailServers() as servers:
        servers.smtp, servers.imaps, servers.pop3s     ports
        servers.mailbox("bounce")                      Maildir of bounce@news.example, also for bounce+…@
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

import certificates
import sinks
import tidings

PASSWORD = "s3cret, with = and spaces"
USERS = ("bounce", "tidings")  # whose mailboxes may be read
PATIENCE = 60  # seconds; reached only by a server that is broken

MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
vacation  unix  - n n - 5 pipe flags=R user=nobody argv=/usr/bin/python3 {dir}/vacation.py {smtp} ${{sender}} ${{recipient}}
{pipe}
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {dir}/spool
data_directory = {dir}/data
command_directory = {sbin}
daemon_directory = {daemons}
maillog_file = {dir}/postfix.log
maillog_file_prefixes = {dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.news.example
mydestination =
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = {strict}
recipient_delimiter = +
virtual_mailbox_domains = news.example, far.example
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = texthash:{dir}/conf/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = texthash:{dir}/conf/transport
default_transport = error:5.4.4 nothing leaves this machine
relay_transport = error:5.4.4 nothing leaves this machine
smtp_tls_security_level = none
"""

DOVECOT = """\
base_dir = {dir}/dovecot
state_dir = {dir}/state
log_path = {dir}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{dir}/mail/%n/Maildir
namespace inbox {{
  inbox = yes
}}
first_valid_uid = 1
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{tokens}passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
"""

TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/oauth2.conf
}}
"""

VACATION = '''\
"""Answers what it is given as somebody who is away."""
import smtplib
import sys

port, sender, recipient = int(sys.argv[1]), sys.argv[2], sys.argv[3]
sys.stdin.buffer.read()
with smtplib.SMTP("127.0.0.1", port) as server:
    server.sendmail(recipient, [sender], f"From: {recipient}\\r\\nTo: {sender}\\r\\n"
                    "Subject: Out of office\\r\\nAuto-Submitted: auto-replied\\r\\n\\r\\nI am away until Monday.\\r\\n")
'''


def need():
    """Skips the file unless both can run here."""
    tidings.need("postfix", "dovecot", "doveadm", "openssl")
    if os.geteuid() != 0:
        tidings.skip("Postfix and Dovecot want root")
    for user in ("nobody", "postfix", "dovenull"):
        try:
            pwd.getpwnam(user)
        except KeyError:
            tidings.skip(f"there is no user {user}")


def until(condition, what, tell=lambda: ""):
    """Polls another process's doings; nothing else tells us."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what}\n{tell()}"
        time.sleep(0.02)


class MailServers:
    """people: {address: transport or None for a mailbox of their own}. strict: Postfix refuses unknown
    recipients at RCPT; else it accepts them and sends a report. pipe: lines for master.cf. tokens:
    where Dovecot asks whose an OAuth token is, which it takes then by these mechanisms."""

    def __init__(self, people=(), strict=False, pipe="", transport="", tokens="", mechanisms="plain"):
        self._scratch = tempfile.TemporaryDirectory(prefix="td-mail-")
        self.dir = pathlib.Path(self._scratch.name)
        self.dir.chmod(0o755)
        self.certificates = certificates.Certificates()
        self.certificates.context("127.0.0.1")
        self.ca = self.certificates.ca
        self.smtp, self.imaps, self.pop3s = (sinks.free_port() for _ in range(3))
        self._people, self._strict, self._pipe, self._transport = (dict(people), strict, pipe,
                                                                   transport)
        self._tokens, self._mechanisms = tokens, mechanisms
        self._dovecot = None

    def __enter__(self):
        self._write()
        self._run("postfix", "-c", self.dir / "conf", "start")
        self._dovecot = subprocess.Popen(
            [tidings.tool("dovecot"), "-F", "-c", self.dir / "dovecot.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        for port in (self.smtp, self.imaps, self.pop3s):
            assert sinks.listening(port, self._dovecot, PATIENCE), self.log()
        return self

    def __exit__(self, *_):
        self._dovecot.terminate()
        self._dovecot.wait(PATIENCE)
        self._run("postfix", "-c", self.dir / "conf", "stop")
        self._scratch.cleanup()

    def _run(self, program, *args):
        with tempfile.TemporaryFile("w+") as said:  # daemons keep what they inherit open
            done = subprocess.run([tidings.tool(program), *args], stdin=subprocess.DEVNULL,
                                  stdout=said, stderr=said, check=False, timeout=120)
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"

    def _write(self):
        nobody = pwd.getpwnam("nobody")
        values = {"dir": self.dir, "smtp": self.smtp, "imaps": self.imaps, "pop3s": self.pop3s,
                  "uid": nobody.pw_uid, "gid": nobody.pw_gid, "pipe": self._pipe,
                  "mechanisms": self._mechanisms,
                  "tokens": TOKENS.format(dir=self.dir) if self._tokens else "",
                  "strict": "yes" if self._strict else "no", "sbin": "/usr/sbin",
                  "daemons": "/usr/lib/postfix/sbin",
                  "cert": self.certificates.dir / "127.0.0.12False.pem",
                  "key": self.certificates.dir / "127.0.0.12False.key"}
        for name in ("conf", "spool", "data", "mail", "dovecot", "state"):
            (self.dir / name).mkdir()
        shutil.chown(self.dir / "data", "postfix")
        shutil.chown(self.dir / "mail", nobody.pw_uid, nobody.pw_gid)
        boxes, transport = [f"{user}@news.example {user}/Maildir/" for user in USERS], [self._transport]
        for address, how in self._people.items():
            boxes.append(f"{address} {address.partition('@')[0]}/Maildir/")
            if how:
                transport.append(f"{address} {how}")
        texts = {"conf/main.cf": MAIN.format(**values), "conf/master.cf": MASTER.format(**values),
                 "conf/mailboxes": "\n".join(boxes) + "\n",
                 "conf/transport": "\n".join(transport) + "\n",
                 "dovecot.conf": DOVECOT.format(**values), "vacation.py": VACATION,
                 "oauth2.conf": f"tokeninfo_url = {self._tokens}\nusername_attribute = user\n",
                 "users": "".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in USERS)}
        for name, text in texts.items():
            (self.dir / name).write_text(text)

    def log(self):
        return "".join(path.read_text(errors="replace") for path in self.dir.glob("*.log"))

    def mailbox(self, user):
        """Names of the mails in a mailbox."""
        maildir = self.dir / "mail" / user / "Maildir"
        return sorted(path for part in ("new", "cur") if (maildir / part).is_dir()
                      for path in (maildir / part).iterdir())

    def put(self, user, mails):
        """Puts mails into a mailbox, as a delivery does."""
        nobody = pwd.getpwnam("nobody")
        maildir = self.dir / "mail" / user / "Maildir"
        for part in ("tmp", "new", "cur"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mails):
            name = f"{time.time_ns()}.{number}.put"
            (maildir / "tmp" / name).write_bytes(mail)
            os.chown(maildir / "tmp" / name, nobody.pw_uid, nobody.pw_gid)
            (maildir / "tmp" / name).rename(maildir / "new" / name)
        for path in (maildir.parent, maildir, *maildir.iterdir()):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def wait_for_mails(self, user, count):
        until(lambda: len(self.mailbox(user)) >= count, f"{count} mails for {user}",
              lambda: f"{self.mailbox(user)}\n{self.log()}")
        assert len(self.mailbox(user)) == count, self.mailbox(user)

    def configure(self, instance, *kinds, more="", then="delete", key="bounces", user="bounce"):
        """Writes `bounces:` (or that key) with the mailbox of each kind ("imaps", "pop3s") into a
        configuration."""
        password = instance.dir / "conf" / "keys" / "bounce-password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        text = f"{key}:\n"
        for kind in kinds:
            text += (f"  - name: {kind}\n    url: {kind}://127.0.0.1:{getattr(self, kind)}\n"
                     f"    user: {user}\n    password_file: {password}\n    ca_file: {self.ca}\n"
                     f"    then: {then}\n    every: 1s\n{more}")
        path = instance.dir / "conf" / "tidings.yaml"
        path.write_text(path.read_text() + text)


__all__ = ["PASSWORD", "MailServers", "need", "until"]
