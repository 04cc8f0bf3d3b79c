"""verify_mails.py DIR: every N.eml in DIR carries signatures by the keys of DIR/records that
dkimpy verifies, also after a relay folded headers and trimmed lines, and not after any change that
a reader would notice. Exits 77 where dkimpy cannot be had."""

import pathlib
import random
import re
import sys

try:
    import dkim
    import nacl  # noqa: F401: dkimpy needs it for Ed25519
except ImportError as missing:
    print(f"skipped: no {missing.name} for {sys.executable}")
    sys.exit(77)


def signatures(mail, records):
    """What dkimpy says of each signature: {algorithm: verifies}."""
    said = {}
    for index in range(len(records)):
        verifier = dkim.DKIM(mail)
        try:
            holds = verifier.verify(idx=index, dnsfunc=lambda name, timeout=5: records[name])
        except dkim.DKIMException:
            holds = False
        said[verifier.signature_fields.get(b"a", index)] = holds
    return said


def relayed(mail, dice):
    """As a relay may hand it on: a trace field before it, headers folded anew, white space at line
    ends and empty last lines gone or come."""
    head, _, body = mail.partition(b"\r\n\r\n")
    head = re.sub(rb"(?m)^((?!DKIM)[\w-]+): ?(?=\S)", rb"\1:\r\n\t", head)
    head = re.sub(rb"(?m)^(\S[^\r\n]*?) (?=\S)", lambda m: m[1] + dice.choice([b" ", b"\r\n  "]),
                  head)
    body = re.sub(rb"[ \t]*\r\n", lambda _: dice.choice([b"", b" ", b"\t "]) + b"\r\n", body)
    return b"Received: by relay.example\r\n" + head + b"\r\n\r\n" + body + b"\r\n" * dice.randrange(3)


def head_change(pattern, replacement):
    def change(mail):
        head, gap, body = mail.partition(b"\r\n\r\n")
        signed, start, own = head.rpartition(b"\r\nX-Own: start\r\n")
        changed, count = re.subn(pattern, replacement, own, count=1)
        assert count == 1, (pattern, own)
        return signed + start + changed + gap + body
    return change


def head_addition(line):
    return lambda mail: line + b"\r\n" + mail


CHANGES = {
    "another List-Unsubscribe": head_change(rb"(?im)^(List-Unsubscribe:\s*<https://)", rb"\1x"),
    "no List-Unsubscribe-Post": head_change(rb"(?im)^List-Unsubscribe-Post", b"X-Gone"),
    "another Subject": head_change(rb"(?im)^(Subject:)", rb"\1 Not"),
    "another To": head_change(rb"(?im)^(To:)", rb"\1 x@y.example,"),
    "a second Subject": head_addition(b"Subject: Win a prize"),
    "a second From": head_addition(b"From: bank@bank.example"),
    "a second To": head_addition(b"To: x@y.example"),
    "a second Date": head_addition(b"Date: Fri, 20 Nov 2026 07:00:00 +0000"),
    "a first Reply-To": head_addition(b"Reply-To: thief@bank.example"),
    "a second Content-Type": head_addition(b"Content-Type: text/html"),
    "a second List-Unsubscribe": head_addition(b"List-Unsubscribe: <https://x.example/>"),
    "a second List-Unsubscribe-Post": head_addition(b"List-Unsubscribe-Post: x"),
    "a longer body": lambda mail: mail + b"And this.\r\n",
    "a body with another start": lambda mail: mail.replace(b"\r\n\r\n", b"\r\n\r\nx", 1),
    "a body without its last word": lambda mail: mail[:mail.rindex(b"end")],
}


def main():
    folder = pathlib.Path(sys.argv[1])
    records = {}
    for line in (folder / "records").read_text().splitlines():
        name, _, value = line.partition(" ")
        records[f"{name}.".encode()] = value.encode()
    both = {b"rsa-sha256": True, b"ed25519-sha256": True}
    neither = {b"rsa-sha256": False, b"ed25519-sha256": False}
    mails = sorted(folder.glob("*.eml"), key=lambda path: int(path.stem))
    assert mails and len(records) == 2, folder
    for path in mails:
        mail = path.read_bytes()
        dice = random.Random(int(path.stem))
        assert signatures(mail, records) == both, path
        assert signatures(relayed(mail, dice), records) == both, f"{path}, relayed"
        what = dice.choice(list(CHANGES))
        assert signatures(CHANGES[what](mail), records) == neither, f"{path}: {what}"


if __name__ == "__main__":
    main()
