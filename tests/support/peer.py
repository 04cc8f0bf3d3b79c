"""The server that misbehaves on demand (tests/peers/smtp_peer.py), for flow tests too.

Its answer function runs in a thread for each session, so it may block: that holds back a reply.
"""

import sys

import tidings

sys.path.append(str(tidings.SOURCE / "tests" / "peers"))

from smtp_peer import DROP, HANG, Peer, Then  # noqa: E402  (the path comes first)

__all__ = ["DROP", "HANG", "Peer", "Then"]
