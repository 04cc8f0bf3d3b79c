"""What spam filters say of a mail, asked of them on this machine, without the network.

A filter sees mail with the lines that its own server put on top; `received` does that.
"""

import http.client
import json
import mailbox
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import tidings

RELAY = ("mail.news.example", "192.0.2.25")  # TEST-NET-1: on nobody's list


def received(content, sender):
    """The mail as the recipient's server keeps it."""
    date = re.search(rb"^Date: ([^\r\n]+)", content, re.M).group(1).decode()
    top = (f"Return-Path: <{sender}>\r\n"
           f"Received: from {RELAY[0]} ({RELAY[0]} [{RELAY[1]}])\r\n"
           f"\tby mx.readers.example (Postfix) with ESMTPS id 4Fx9Yz1K2vz3; {date}\r\n")
    return top.encode() + content


def spamassassin(mails):
    """{name: (score, {rule, …})} of {name: content}, by SpamAssassin's local rules."""
    with tempfile.TemporaryDirectory(prefix="spamassassin-") as home:
        asked, told = pathlib.Path(home) / "asked", pathlib.Path(home) / "told"
        box = mailbox.mbox(asked)
        for name, content in mails.items():
            box.add(mailbox.mboxMessage(b"X-Sample: " + name.encode() + b"\n" +
                                        content.replace(b"\r\n", b"\n")))
        box.close()
        with asked.open("rb") as mail, told.open("wb") as out:
            subprocess.run(
                ["spamassassin", "--local", "--nocreate-prefs", "--cf=use_bayes 0",
                 "--cf=report_safe 0", "--mbox"],
                stdin=mail, stdout=out, check=True, timeout=120,
                env={**os.environ, "HOME": home, "LC_ALL": "C.UTF-8"})
        box = mailbox.mbox(told)  # in an order of its own
        said = {mail["X-Sample"]: re.search(r"score=(\S+).*tests=(.*?)\s+autolearn",
                                            mail["X-Spam-Status"], re.S) for mail in box}
        box.close()
    assert set(said) == set(mails), said
    return {name: (float(said[name][1]), set(re.split(r"[,\s]+", said[name][2])) - {"none"})
            for name in mails}


# Modules that ask others: name servers, fuzzy storages, Redis. What they say depends on the sender's
# DNS and fame, not on the mail.
REMOTE = ("rbl", "surbl", "spf", "dkim", "dmarc", "arc", "asn", "hfilter", "mx_check", "fuzzy_check",
          "phishing", "greylist", "ratelimit", "replies", "neural", "history_redis", "url_redirector")


class Rspamd:
    """rspamd with Debian's configuration, listening on a socket in a scratch directory only. What
    would ask others is off; its name server is a closed port, so nothing leaves the machine."""

    def __init__(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="rspamd-")
        folder = pathlib.Path(self._scratch.name)
        self._socket = folder / "scan.sock"
        local = folder / "local"
        off = {f"override.d/{name}.conf": "enabled = false;\n" for name in REMOTE}
        for name, text in {
            **off,
            "local.d/worker-normal.inc": f'bind_socket = "{self._socket} mode=0600";\ncount = 1;\n',
            "override.d/worker-proxy.inc": "enabled = false;\n",
            "override.d/worker-controller.inc": "enabled = false;\n",
            "override.d/options.inc": 'dns { nameserver = "127.0.0.1:1"; timeout = 0.05s; '
                                      "retransmits = 1; }\n",
            "override.d/logging.inc": 'type = "console"; level = "error";\n',
        }.items():
            path = local / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        variables = {"LOCAL_CONFDIR": local, "DBDIR": folder, "RUNDIR": folder, "LOGDIR": folder}
        self._log = (folder / "log").open("w+b")
        self.process = subprocess.Popen(
            [tidings.tool("rspamd"), "--no-fork", "--insecure",
             *(f"--var={key}={value}" for key, value in variables.items())],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + 180  # it compiles its patterns first
        while not self._listens():
            assert self.process.poll() is None and time.monotonic() < deadline, self._said()
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()
        self._scratch.cleanup()

    def _said(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-3000:]

    def _connect(self):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(60)
            connection.connect(os.fspath(self._socket))
        except OSError:
            connection.close()
            raise
        return connection

    def _listens(self):
        try:
            self._connect().close()
            return True
        except OSError:
            return False

    def judge(self, content, sender, recipient):
        """(score, {symbol: score}) of one mail."""
        connection = http.client.HTTPConnection("rspamd")
        connection.sock = self._connect()
        connection.request("POST", "/checkv2", content, {
            "From": sender, "Rcpt": recipient, "IP": RELAY[1], "Helo": RELAY[0],
            "Hostname": RELAY[0]})
        answer = json.load(connection.getresponse())
        connection.close()
        return answer["score"], {name: s["score"] for name, s in answer["symbols"].items()}
