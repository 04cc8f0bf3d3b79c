"""The server that misbehaves on demand (tests/peers/smtp_peer.py), for flow tests too.

Its answer function runs in a thread for each session, so it may block: that holds back a reply.
"""

import socket
import sys

import tidings

sys.path.append(str(tidings.SOURCE / "tests" / "peers"))

import smtp_peer  # noqa: E402  (the path comes first)
from smtp_peer import DROP, HANG, Then  # noqa: E402


class Peer(smtp_peer.Peer):
    def hang_up(self):
        """Closes every session there is; new ones are welcome."""
        with self.lock:
            for connection in self._sockets:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # closed already


__all__ = ["DROP", "HANG", "Peer", "Then"]
