"""A mailbox of our own behind IMAPS and POP3S, whose server keeps to the protocol until a scenario
answers one command in its stead: with rubbish, with lies, or by hanging up."""

import re
import socket
import threading


class Hangup(Exception):
    """Ends the connection where it is."""


class HostileBox:
    """mails: {UID: bytes}; what the client had deleted goes to `removed`. A scenario is {stage: answer}:
    answer(box, words) gives the bytes in place of the honest ones (`honest(words)`), or raises Hangup.
    Stages: greeting, capa, auth, select, noop, list, fetch, store, expunge, quit (and dele of POP3)."""

    PATIENCE = 1  # a client that waits for more than it was told is left

    def __init__(self, context, kind, mails, scenario):
        self.mails, self.removed, self.marked = dict(mails), [], set()
        self.kind, self.scenario, self.context = kind, scenario, context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = True
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes its accept
        self.thread.join(30)
        self.listener.close()

    def _serve(self):
        while self.open:
            plain, _ = self.listener.accept()
            plain.settimeout(self.PATIENCE)
            try:
                with plain, self.context.wrap_socket(plain, server_side=True) as connection:
                    self._talk(connection)
            except (OSError, Hangup):
                pass  # the client's, or ours

    def _answer(self, stage, words, honest):
        told = self.scenario.get(stage)
        if told is None:
            return honest(words)
        return told(self, words) if callable(told) else told

    def _talk(self, connection):
        self.marked = set()
        talk = self._imap if self.kind == "imaps" else self._pop3
        greeting = b"* OK ready\r\n" if self.kind == "imaps" else b"+OK ready\r\n"
        connection.sendall(self._answer("greeting", [], lambda _: greeting))
        lines = connection.makefile("rb")
        while line := lines.readline(10000):
            answer = talk(line.decode("latin-1").split())
            connection.sendall(answer)
            if answer.endswith(b"\0"):
                raise Hangup
            if line.upper().strip() in (b"QUIT",) or b"LOGOUT" in line.upper():
                return

    # ---- IMAP ----

    def _imap(self, words):
        tag, command = words[0], words[1].upper()
        if command == "UID":
            command = f"UID {words[2].upper()}"
        stage, honest = {
            "CAPABILITY": ("capa", lambda _: b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS\r\n"),
            "AUTHENTICATE": ("auth", lambda _: b""),
            "SELECT": ("select", self.selected),
            "NOOP": ("noop", lambda _: b""),
            "FETCH": ("list", self.listed),
            "UID FETCH": ("fetch", self.fetched),
            "UID STORE": ("store", self.stored),
            "UID EXPUNGE": ("expunge", self.expunged),
            "LOGOUT": ("quit", lambda _: b"* BYE\r\n"),
        }.get(command, ("other", lambda _: b""))
        answer = self._answer(stage, words, honest)
        return answer if answer.endswith(b"\0") else answer + f"{tag} OK done\r\n".encode()

    def selected(self, _):
        return f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n".encode()

    def listed(self, words):
        first, last = (int(n) for n in words[2].split(":"))
        rows = list(enumerate(sorted(self.mails), 1))[first - 1:last]
        return "".join(f"* {n} FETCH (UID {uid} RFC822.SIZE {len(self.mails[uid])})\r\n"
                       for n, uid in rows).encode()

    def fetched(self, words):
        uid = int(words[3])
        mail = self.mails.get(uid)
        if mail is None:
            return b""
        return f"* 1 FETCH (UID {uid} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"

    def stored(self, words):
        self.marked |= {int(uid) for uid in words[3].split(",")}
        return b""

    def expunged(self, words):
        self._remove({int(uid) for uid in words[3].split(",")} & self.marked)
        return b""

    def _remove(self, uids):
        for uid in sorted(uids & set(self.mails)):
            self.removed.append(self.mails.pop(uid))

    # ---- POP3: numbers are the order of the UIDs ----

    def _pop3(self, words):
        command = words[0].upper()
        stage, honest = {
            "CAPA": ("capa", lambda _: b"+OK\r\nSASL PLAIN\r\nUIDL\r\nTOP\r\n.\r\n"),
            "AUTH": ("auth", lambda _: b"+OK\r\n"),
            "LIST": ("list", self.pop3_listed),
            "RETR": ("fetch", self.retrieved),
            "DELE": ("dele", self.deleted),
            "QUIT": ("quit", self.quitted),
        }.get(command, ("other", lambda _: b"+OK\r\n"))
        if command == "AUTH" and len(words) == 2:  # the answer to our challenge comes next
            return b"+ \r\n"
        if command not in ("CAPA", "AUTH", "LIST", "RETR", "DELE", "QUIT", "RSET", "NOOP", "TOP"):
            stage, honest = "auth", lambda _: b"+OK\r\n"
        return self._answer(stage, words, honest)

    def pop3_listed(self, _):
        rows = [f"{n} {len(self.mails[uid])}\r\n" for n, uid in enumerate(sorted(self.mails), 1)]
        return ("+OK\r\n" + "".join(rows) + ".\r\n").encode()

    def retrieved(self, words):
        uids = sorted(self.mails)
        number = int(words[1])
        if not 1 <= number <= len(uids) or uids[number - 1] in self.marked:
            return b"-ERR no such mail\r\n"
        text = re.sub(rb"(?m)^\.", b"..", self.mails[uids[number - 1]].replace(b"\n", b"\r\n"))
        return b"+OK\r\n" + text + b"\r\n.\r\n"

    def deleted(self, words):
        uids = sorted(self.mails)
        if not 1 <= int(words[1]) <= len(uids):
            return b"-ERR no such mail\r\n"
        self.marked.add(uids[int(words[1]) - 1])
        return b"+OK\r\n"

    def quitted(self, _):
        self._remove(self.marked)
        return b"+OK bye\r\n"
