"""SMTP servers on loopback for tests to send to, on ports the kernel chose.

SmtpSink     Postfix's smtp-sink as a process: fast, counts, and dumps each mail to a file
PySink       aiosmtpd in a thread of this process: keeps mails in memory, answers as told
TidingsSink  our own `tidings sink`, which does wrong what it is asked to
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

import tidings
from tidings import tool


def free_port():
    """A port nobody listens on now; another process may take it first, so callers try again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port, process, seconds=10):
    """Waits until something accepts on port; False as soon as the process has ended."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.01)
    return False


@dataclass
class Mail:
    """One accepted message: the envelope and the bytes between DATA and the dot, CRLF lines
    (PySink) or LF lines as smtp-sink writes them."""

    sender: str
    recipients: list
    content: bytes
    options: list = field(default_factory=list)


class SmtpSink:
    """smtp-sink on self.port until the with statement ends. dump=True keeps every mail.

    options: more arguments for smtp-sink, as "-r", "RCPT" (soft refusals) or "-w", "1" (slow
    DATA). counts=False spares it the running counter, where speed is measured.
    """

    def __init__(self, *options, dump=False, counts=True):
        self.dump = pathlib.Path(tempfile.mkdtemp(prefix="smtp-sink-")) if dump else None
        self._counter = tempfile.TemporaryFile()
        more = ["-c"] if counts else []
        if dump:
            more += ["-d", f"{self.dump}/mail."]
        if os.geteuid() == 0:  # smtp-sink refuses to run as root
            more += ["-u", "nobody"]
            if dump:
                self.dump.chmod(0o777)
        for _ in range(20):
            self.port = free_port()
            self.process = subprocess.Popen(
                [tool("smtp-sink"), *more, *options, f"127.0.0.1:{self.port}", "1024"],
                stdin=subprocess.DEVNULL, stdout=self._counter, stderr=subprocess.STDOUT)
            if listening(self.port, self.process):
                return
            self.stop()
        raise AssertionError("smtp-sink does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._counter.close()
        if self.dump:
            shutil.rmtree(self.dump)

    def stop(self):
        """Ends the server, as a relay that goes away; what it dumped and counted stays."""
        self.process.kill()
        self.process.wait()

    def count(self):
        """Messages accepted so far, by smtp-sink's own running counter."""
        said = os.pread(self._counter.fileno(), 1 << 30, 0)
        counts = re.findall(rb"mesg=(\d+)", said[-200:])
        return int(counts[-1]) if counts else 0

    def mails(self):
        """Every dumped mail, in no order."""
        return [self._parse(path.read_bytes()) for path in self.dump.iterdir()]

    @staticmethod
    def _parse(text):
        """The dump format of smtp-sink(1): X- lines, a Received of three lines, the mail."""
        head, _, rest = text.partition(b"Received: ")
        content = rest.split(b"\n", 3)[3].removesuffix(b"\n")
        arguments = {b"X-Mail-Args": [], b"X-Rcpt-Args": []}
        for line in head.decode().splitlines():
            key, _, value = line.partition(": ")
            arguments.setdefault(key.encode(), []).append(value)
        sender, *options = arguments[b"X-Mail-Args"][0].split()
        recipients = [value.split()[0].strip("<>") for value in arguments[b"X-Rcpt-Args"]]
        return Mail(sender.strip("<>"), recipients, content, options)


class PySink:
    """aiosmtpd on self.port until the with statement ends; self.mails holds what came.

    reply(stage, argument) may return the reply for one command, or None to accept. Stage is
    "MAIL" or "RCPT" (argument: the address) or "DATA" (argument: the Mail, before it is kept; a
    reply that is not 2xx drops it). smtp: parameters of aiosmtpd.smtp.SMTP, tls a SSLContext.
    """

    def __init__(self, reply=None, tls=None, **smtp):
        from aiosmtpd.controller import Controller  # only who uses this needs the package

        class OnOwnSocket(Controller):
            def _create_server(self):
                return self.loop.create_server(self._factory_invoker, sock=listener)

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.mails = []
        self.reply = reply or (lambda stage, argument: None)
        smtp.setdefault("ident", "sink")
        self._controller = OnOwnSocket(self, hostname="127.0.0.1", port=self.port,
                                       tls_context=tls, **smtp)
        self._controller.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._controller.stop()

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.reply("MAIL", address) or "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.reply("RCPT", address) or "250 2.1.5 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(envelope.mail_from, envelope.rcpt_tos, envelope.original_content,
                    envelope.mail_options)
        answer = self.reply("DATA", mail) or "250 2.0.0 OK"
        if answer.startswith("2"):
            self.mails.append(mail)
        return answer


class TidingsSink:
    """`tidings sink` on a port of the kernel's choice, ended at the latest by the with statement."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [tidings.BINARY, "sink", "--listen", "127.0.0.1:0", *options], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.first = self.process.stdout.readline()

    @property
    def port(self):
        return int(re.search(r":\s*(\d+)\D*$", self.first).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self, number=signal.SIGTERM):
        """Tells it to end; the rest of stdout, stderr, the exit status."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=10)
        return out, err, self.process.returncode
