"""A tap on the wire: a port of the kernel's choice that passes everything on to another, both ways, and
keeps what the client said. What is still in clear can be read there; what TLS hides cannot.
"""

import socket
import threading


class Tap:
    """Listens on self.port until the with statement ends; self.said is all that clients sent."""

    def __init__(self, port):
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._said = []
        self._sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            each.close()

    @property
    def said(self):
        return b"".join(self._said)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._sockets += [client, server]
            threading.Thread(target=self._pass, args=(client, server, self._said.append),
                             daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, lambda _: None),
                             daemon=True).start()

    @staticmethod
    def _pass(source, target, note):
        """Until either side closes; then the other hears of it."""
        try:
            while data := source.recv(65536):
                note(data)
                target.sendall(data)
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
