"""A small DNS server on loopback for tests: what it knows is a dict {(name, type): [data]}, where data
is text for TXT, (preference, name) for MX, a name for PTR, an address for A. A name that it does not know does not
exist; the data FAIL makes it answer SERVFAIL, SILENT not at all. Answers over 512 bytes are cut, as the
protocol has it, and then asked for over TCP.
"""

import socket
import struct
import threading

TYPES = {"A": 1, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
FAIL, SILENT = object(), object()


def encode_name(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def encode_data(kind, data):
    if kind == "TXT":
        raw = data.encode()
        parts = [raw[i:i + 255] for i in range(0, len(raw), 255)] or [b""]
        return b"".join(bytes([len(part)]) + part for part in parts)
    if kind == "MX":
        return struct.pack("!H", data[0]) + encode_name(data[1])
    if kind == "PTR":
        return encode_name(data)
    return socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, data)


class Server:
    def __init__(self, records, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.host = host
        self.records = records
        self.asked = []  # (name, type)
        while True:
            self.udp = socket.socket(family, socket.SOCK_DGRAM)
            self.udp.bind((host, 0))
            self.port = self.udp.getsockname()[1]
            self.tcp = socket.socket(family)
            try:
                self.tcp.bind((host, self.port))
                break
            except OSError:  # taken for TCP
                self.udp.close()
                self.tcp.close()
        self.tcp.listen()
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in (self.udp, self.tcp):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    @property
    def address(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def _answer(self, query, most):
        end = 12
        labels = []
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]].decode())
            end += 1 + query[end]
        name = ".".join(labels).lower()
        number = struct.unpack("!H", query[end + 1:end + 3])[0]
        kind = {number: kind for kind, number in TYPES.items()}.get(number)
        self.asked.append((name, kind))
        question = query[12:end + 5]
        data = self.records.get((name, kind), [])
        if data is SILENT:
            return None
        code = 2 if data is FAIL else 0
        if not data and not any(known == name for known, _ in self.records):
            code = 3
        data = [] if data is FAIL else data
        answers = b""
        for item in data:
            raw = encode_data(kind, item)
            answers += b"\xc0\x0c" + struct.pack("!HHIH", number, 1, 60, len(raw)) + raw
        flags = 0x8180 | code
        if 12 + len(question) + len(answers) > most:
            return query[:2] + struct.pack("!HHHHH", flags | 0x0200, 1, 0, 0, 0) + question
        return (query[:2] + struct.pack("!HHHHH", flags, 1, len(data), 0, 0) + question + answers)

    def _serve_udp(self):
        while True:
            try:
                query, client = self.udp.recvfrom(4096)
                if not query:
                    return  # shut down
                answer = self._answer(query, 512)
                if answer:
                    self.udp.sendto(answer, client)
            except OSError:
                return

    def _serve_tcp(self):
        while True:
            try:
                client, _ = self.tcp.accept()
                with client:
                    client.settimeout(10)
                    raw = client.recv(4096)
                    while len(raw) < 2 or len(raw) < 2 + struct.unpack("!H", raw[:2])[0]:
                        raw += client.recv(4096)
                    answer = self._answer(raw[2:], 65535)
                    client.sendall(struct.pack("!H", len(answer)) + answer)
            except OSError:
                if self.tcp.fileno() < 0:
                    return
