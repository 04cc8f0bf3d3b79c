"""Mails as they come back: reports of RFC 3464, complaints of RFC 5965, automatic replies. Written
for these tests; nobody in them exists."""

import base64
import hashlib
import hmac
import itertools

COUNT = itertools.count(1)


def _number(n):
    """7 bits a byte, lowest first."""
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def sender(instance, edition, subscriber, key=None, domain="news.example"):
    """The envelope sender of a message, made from the instance's key (or another, as hex)."""
    secret = bytes.fromhex(key or (instance / "conf/keys/verp.key").read_text().strip())
    body = b"\x01" + _number(edition) + _number(subscriber)
    mac = hmac.new(secret, b"tidings verp\0" + body, hashlib.sha256).digest()[:10]
    token = base64.b32encode(body + mac).decode().rstrip("=").lower()
    return f"bounce+{token}@{domain}"


def _head(to, sender="<>", subject="Undelivered Mail Returned to Sender", date=None):
    return (f"Return-Path: {sender}\n"
            f"Delivered-To: {to}\n"
            "Received: from mx.far.example by mail.news.example; Fri, 20 Nov 2026 07:01:00 +0000\n"
            f"Date: {date or 'Fri, 20 Nov 2026 07:01:00 +0000'}\n"
            f"Message-ID: <{next(COUNT)}.returned@mx.far.example>\n"
            "From: MAILER-DAEMON@mx.far.example (Mail Delivery System)\n"
            f"To: {to}\n"
            f"Subject: {subject}\n"
            "MIME-Version: 1.0\n")


def report(to, recipient, status="5.1.1", words="550 5.1.1 <{}>: Recipient address rejected: "
           "User unknown", action="failed", returned=""):
    """A delivery report as Postfix writes it."""
    said = words.format(recipient)
    return (_head(to) + f"""\
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.far.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<{recipient}>: host mx.far.example said: {said}

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.far.example
Arrival-Date: Fri, 20 Nov 2026 07:00:30 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--=_b
Content-Type: message/rfc822

{returned or f'''From: The Daily Briefing <daily@news.example>
To: {recipient}
Subject: The Daily Briefing

Words.
'''}
--=_b--
""").encode()


def complaint(to, recipient, sender, feedback_type="abuse", more=""):
    """A feedback report (ARF). sender: the envelope sender of the message complained of."""
    return (_head(to, sender="<fbl@far.example>", subject="FW: The Daily Briefing") + f"""\
Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

This is an email abuse report for an email message received from 192.0.2.1.

--=_b
Content-Type: message/feedback-report

Feedback-Type: {feedback_type}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{sender}>
Original-Rcpt-To: <{recipient}>
Arrival-Date: Fri, 20 Nov 2026 08:00:00 +0000
Source-IP: 192.0.2.1

--=_b
Content-Type: message/rfc822

Return-Path: <{sender}>
From: The Daily Briefing <daily@news.example>
To: <{recipient}>
Subject: The Daily Briefing
{more}
Words.

--=_b--
""").encode()


def vacation(to, person):
    return (_head(to, sender=f"<{person}>", subject="Out of office: The Daily Briefing")
            .replace("MAILER-DAEMON@mx.far.example (Mail Delivery System)", person)
            + "Auto-Submitted: auto-replied\nPrecedence: bulk\n"
              "Content-Type: text/plain; charset=us-ascii\n\n"
              "I am out of the office until Monday and will answer then.\n").encode()


def answer(to, person):
    """What a person writes back."""
    return (_head(to, sender=f"<{person}>", subject="Re: The Daily Briefing")
            .replace("MAILER-DAEMON@mx.far.example (Mail Delivery System)", person)
            + "Content-Type: text/plain; charset=us-ascii\n\nThank you, a good read.\n").encode()
