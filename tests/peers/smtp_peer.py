"""An SMTP server that misbehaves on demand, and the outbox driver as a function.

Peer(answer) asks answer(stage, words, session) before each reply. Stage is BANNER, EHLO, STARTTLS,
AUTH, MAIL, RCPT, DATA, DOT, RSET or QUIT, words the command line (DOT: the message). It returns the
reply, or None for the friendly one, or one of

    DROP            close the connection, say nothing
    HANG            say nothing more, wait until the client goes
    Drip("250 ok")  the reply byte by byte
    Then("421 bye") the reply, then close

Sessions run in threads; what they heard is in peer.sessions (lines, mails).
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field

DRIVER = pathlib.Path(os.environ.get("TD_BUILD", "build")) / "tests" / "outbox_driver"

DROP = object()
HANG = object()


@dataclass
class Drip:
    text: str


@dataclass
class Then:
    text: str


@dataclass
class Session:
    number: int
    tls: bool = False
    lines: list = field(default_factory=list)   # every command line
    mails: list = field(default_factory=list)   # (sender, recipient, content) answered by 250
    reads: list = field(default_factory=list)   # what each read of the socket gave
    at: float = 0.0


class Gone(Exception):
    pass


class Peer:
    FRIENDLY = {"BANNER": "220 peer.example ESMTP", "STARTTLS": "220 2.0.0 go ahead",
                "AUTH": "235 2.7.0 welcome", "MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok",
                "DATA": "354 go", "DOT": "250 2.0.0 queued", "RSET": "250 2.0.0 reset",
                "QUIT": "221 2.0.0 bye"}

    def __init__(self, answer=None, offers=("PIPELINING", "8BITMIME"), tls=None, starttls=None):
        """offers: keywords, or a function of the session; tls: SSLContext from the first byte;
        starttls: SSLContext offered."""
        self.answer = answer or (lambda stage, words, session: None)
        self.offers = offers
        self.tls, self.starttls = tls, starttls
        self.sessions = []
        self.lock = threading.Lock()
        self._sockets = []
        self._threads = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Closed under the thread that waits in accept, its number goes to the next server's socket,
        # and the thread takes that one's clients away.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(60)
        self._listener.close()
        for s in self._sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    @property
    def mails(self):
        return [mail for session in self.sessions for mail in session.mails]

    @property
    def lines(self):
        return [line for session in self.sessions for line in session.lines]

    def _accept(self):
        while True:
            try:
                s, _ = self._listener.accept()
            except OSError:
                return
            with self.lock:
                session = Session(len(self.sessions) + 1, at=time.monotonic())
                self.sessions.append(session)
                self._sockets.append(s)
                thread = threading.Thread(target=self._serve, args=(s, session), daemon=True)
                self._threads.append(thread)
                thread.start()

    def hear_out(self):
        """Waits until every session is over: all that its client said was heard."""
        with self.lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "a session that does not end"

    def _serve(self, s, session):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls:
                s = self.tls.wrap_socket(s, server_side=True)
                session.tls = True
            talk = _Talk(self, s, session)
            with contextlib.closing(talk):
                talk.run()
        except (Gone, OSError):
            s.close()


class _Talk:
    def __init__(self, peer, sock, session):
        self.peer, self.sock, self.session = peer, sock, session
        self.buffer = b""
        self.sender = self.recipient = None

    def close(self):
        self.sock.close()

    def read_line(self):
        while b"\r\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def more(self):
        got = self.sock.recv(65536)
        if not got:
            raise Gone
        self.session.reads.append(got)
        self.buffer += got

    def read_message(self):
        while not self.buffer.startswith(b".\r\n") and b"\r\n.\r\n" not in self.buffer:
            self.more()
        if self.buffer.startswith(b".\r\n"):
            content, self.buffer = b"", self.buffer[3:]
        else:
            content, self.buffer = self.buffer.split(b"\r\n.\r\n", 1)
            content += b"\r\n"
        return (b"\r\n" + content).replace(b"\r\n.", b"\r\n")[2:]

    def say(self, stage, words, friendly):
        """Answers; returns the reply's first digit."""
        reply = self.peer.answer(stage, words, self.session)
        if reply is None:
            reply = friendly
        if reply is DROP:
            raise Gone
        if reply is HANG:
            while True:
                self.more()
        text = reply if isinstance(reply, str) else reply.text
        data = text.encode() + b"\r\n"
        if stage == "DOT" and text[0] == "2":
            self.session.mails.append((self.sender, self.recipient, words))
        if isinstance(reply, Drip):
            for byte in data:
                self.sock.sendall(bytes([byte]))
                time.sleep(0.001)
        else:
            self.sock.sendall(data)
        if isinstance(reply, Then):
            raise Gone
        return text[0]

    def ehlo(self, line):
        tls = ["STARTTLS"] if self.peer.starttls and not self.session.tls else []
        offers = self.peer.offers(self.session) if callable(self.peer.offers) else self.peer.offers
        words = ["peer.example", *offers, *tls]
        lines = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
        self.say("EHLO", line, "\r\n".join(lines))

    def run(self):
        self.say("BANNER", "", Peer.FRIENDLY["BANNER"])
        while True:
            line = self.read_line().decode("utf-8", "surrogateescape")
            self.session.lines.append(line)
            stage = line.split(" ", 1)[0].split(":", 1)[0].upper()
            if stage == "EHLO":
                self.ehlo(line)
            elif stage == "DATA":
                self.data(line)
            elif stage in Peer.FRIENDLY:
                self.command(stage, line)
            else:
                self.sock.sendall(b"500 5.5.2 what\r\n")

    def command(self, stage, line):
        friendly = Peer.FRIENDLY[stage]
        if stage == "RCPT" and self.sender is None:
            friendly = "503 5.5.1 MAIL first"
        digit = self.say(stage, line, friendly)
        if stage == "QUIT":
            raise Gone
        if stage == "STARTTLS" and digit == "2":
            self.sock = self.peer.starttls.wrap_socket(self.sock, server_side=True)
            self.session.tls = True
            self.buffer = b""
        elif stage in ("MAIL", "RSET"):
            self.sender = self.recipient = None
            if stage == "MAIL" and digit == "2":
                self.sender = line.split("<", 1)[1].split(">")[0]
        elif stage == "RCPT" and digit == "2":
            self.recipient = line.split("<", 1)[1].split(">")[0]

    def data(self, line):
        friendly = Peer.FRIENDLY["DATA"] if self.recipient else "554 5.5.1 no valid recipients"
        if self.say("DATA", line, friendly) != "3":
            return
        content = self.read_message()
        if self.recipient is None:
            self.sock.sendall(b"554 5.5.1 no valid recipients\r\n")
        else:
            self.say("DOT", content, Peer.FRIENDLY["DOT"])
        self.sender = self.recipient = None


@dataclass
class Event:
    kind: str
    number: int
    stage: str
    code: int
    after_dot: bool
    text: str


@dataclass
class Outcome:
    events: list
    counts: dict
    status: int
    stderr: str

    def ends(self):
        """{message number: its DONE or RETURNED}; a second end of one message is an error."""
        ends = {}
        for event in self.events:
            if event.kind != "at_dot":
                assert event.number not in ends, event
                ends[event.number] = event
        return ends


def deliver(port, check=True, **options):
    """Runs the driver; options as outbox_driver.c lists them."""
    arguments = [f"{key}={value}" for key, value in options.items()]
    done = subprocess.run([DRIVER, f"port={port}", *arguments], capture_output=True, text=True,
                          timeout=120, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"driver: exit {done.returncode}\n{done.stdout}{done.stderr}")
    *lines, last = done.stdout.splitlines() or [""]
    events = []
    for line in lines:
        kind, number, stage, code, after_dot, text = line.split("\t", 5)
        events.append(Event(kind, int(number), stage, int(code), after_dot == "1", text))
    counts = {k: float(v) for k, v in (pair.split("=") for pair in last.split())} \
        if done.returncode == 0 else {}
    return Outcome(events, counts, done.returncode, done.stderr)
