"""The server that misbehaves on demand (tests/peers/smtp_peer.py), for flow tests too.

Its answer function runs in a thread for each session, so it may block: that holds back a reply.
"""

import socket
import sys
import time

import tidings

sys.path.append(str(tidings.SOURCE / "tests" / "peers"))

import smtp_peer  # noqa: E402  (the path comes first)
from smtp_peer import DROP, HANG, Then  # noqa: E402


class Peer(smtp_peer.Peer):
    def hear_out(self):
        """Waits until every session is over; its clients have gone, or been killed."""
        for thread in list(self._threads):
            while thread.ident is None:
                time.sleep(0.001)  # accepted, about to start
            thread.join(10)

    def hang_up(self):
        """Closes every session there is; new ones are welcome."""
        with self.lock:
            for connection in self._sockets:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # closed already


__all__ = ["DROP", "HANG", "Peer", "Then"]
