"""DKIM from outside: mail that `send` delivers carries two signatures that dkimpy verifies, the
records that `check` prints are the ones they verify by, and keys that will not do stop everything."""

import base64
import os
import pathlib
import pty
import re
import select
import subprocess
import unittest

import mails
import sinks
import tidings

tidings.need("openssl")
try:
    import aiosmtpd  # noqa: F401
    import dkim
    import nacl  # noqa: F401: dkimpy needs it for Ed25519
except ImportError as missing:
    tidings.skip(f"no {missing.name} for this Python")

DAY = "2024-01-15"  # a Monday long past: dkimpy refuses signatures of the future
NOW = f"{DAY}T07:00:00Z"
LATER = f"{DAY}T07:30:00Z"
WHEN = 1705302000
BRIEFING = """---
title: Beds and  crews
---
The lead  is for everybody, with two  spaces and a “quotation”.

## Beds {.finance}

Beds cost money.
"""
PEOPLE = [
    {"email": "ann@readers.example", "name": "Ann Ó Briain"},
    {"email": "ben@readers.example", "name": "", "format": "text"},
    {"email": "eve@readers.example", "name": "Eve", "topics": "-finance"},
]
RSA = ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"]
ED25519 = ["-algorithm", "ed25519"]


def openssl(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                          **more).stdout


def public(path):
    """p= as openssl computes it: the SubjectPublicKeyInfo, of Ed25519 its last 32 bytes."""
    der = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
    return base64.b64encode(der if len(der) > 60 else der[-32:]).decode()


def verifies(mail, records):
    """[(algorithm, whether it holds)] for each DKIM-Signature, from the top."""
    said = []
    for index in range(len(re.findall(rb"(?im)^dkim-signature:", mail))):
        verifier = dkim.DKIM(mail)
        try:
            holds = verifier.verify(index, lambda name, timeout=5: records[name.decode()].encode())
        except dkim.DKIMException as reason:
            holds = str(reason)
        said.append((verifier.signature_fields[b"a"].decode(), holds))
    return said


def tags(mail, index):
    """The tags of the index-th signature as a dict."""
    field = re.findall(rb"(?ims)^dkim-signature:(.*?\r\n)(?!\s)", mail)[index]
    pairs = re.sub(rb"\s+", b"", field).decode().split(";")
    return dict(pair.split("=", 1) for pair in pairs if pair)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.keys = {name: openssl("genpkey", *kind) for name, kind in
                    {"rsa": RSA, "ed25519": ED25519,
                     "rsa1024": [*RSA[:3], "rsa_keygen_bits:1024"]}.items()}

    def instance(self, port=9, keys=("rsa", "ed25519"), domain=tidings.DOMAIN):
        instance = tidings.Instance(port, now=NOW)
        self.addCleanup(instance.__exit__)
        config = ["dkim:"] if keys else []
        for name in keys:
            path = instance.dir / "conf" / "keys" / f"{name}.pem"
            path.touch(0o600)
            path.write_bytes(self.keys[name])
            config += [f"  - domain: {domain}", f"    selector: {name}.2024",
                       f"    key_file: conf/keys/{name}.pem"]
        with (instance.dir / "conf" / "tidings.yaml").open("a", encoding="utf-8") as out:
            out.write("\n".join(config) + "\n")
        return instance

    def fill(self, instance):
        instance.subscribe(PEOPLE)
        instance.briefing("daily", f"{DAY}.md", BRIEFING)
        instance.run("edition", "assemble", "daily", "--date", DAY)

    def records(self, instance):
        return {f"{row['name']}.": row["value"] for row in instance.json("check")["dkim"]}

    def errors(self, instance):
        done = instance.run("check", check=False)
        self.assertEqual(done.returncode, 78, done.stdout)
        return done.stdout


class Signed(Case):
    def test_mail_arrives_with_two_signatures_that_verify_by_the_records_of_check(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            self.fill(instance)
            instance.run("send", "--drain")
            records = self.records(instance)
            self.assertEqual(len(sink.mails), len(PEOPLE))
            for mail in sink.mails:
                mails.check_wire(mail.content)
                mails.decode(mail.content)
                self.assertEqual(verifies(mail.content, records),
                                 [("rsa-sha256", True), ("ed25519-sha256", True)])
                for index in (0, 1):
                    said = tags(mail.content, index)
                    self.assertEqual(said["d"], tidings.DOMAIN)
                    self.assertEqual(said["c"], "relaxed/relaxed")
                    self.assertEqual(said["t"], str(WHEN))
                    self.assertNotIn("l", said)
                    signed = said["h"].lower().split(":")
                    for name in ("from", "subject", "to", "date", "content-type",
                                 "list-unsubscribe", "list-unsubscribe-post"):
                        self.assertEqual(signed.count(name), 2, name)
                    for name in ("message-id", "mime-version", "list-id", "auto-submitted"):
                        self.assertIn(name, signed)

    def test_a_changed_mail_does_not_verify(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            self.fill(instance)
            instance.run("send", "--drain")
            records = self.records(instance)
        mail = sink.mails[0].content
        head, _, _ = mail.partition(b"\r\n\r\n")
        unsubscribe = re.search(rb"\r\nList-Unsubscribe: <https://", head)[0]
        changed = [mail.replace(unsubscribe, unsubscribe + b"x."),
                   b"Subject: Another\r\n" + mail,
                   b"List-Unsubscribe: <https://x.example/>\r\n" + mail,
                   mail.replace(b"cost money", b"save money"),
                   mail + b"And this.\r\n"]
        for other in changed:
            self.assertNotEqual(other, mail)
            for _, holds in verifies(other, records):
                self.assertIsNot(holds, True)

    def test_a_second_try_sends_the_same_bytes(self):
        tries = []

        def once_no(stage, argument):
            if stage != "DATA":
                return None
            tries.append((argument.recipients, argument.content))
            return "451 4.3.0 Later" if len(tries) <= len(PEOPLE) else None

        with sinks.PySink(once_no) as sink:
            instance = self.instance(sink.port)
            self.fill(instance)
            self.assertEqual(instance.run("send", "--drain", check=False).returncode, 75)
            instance.run("send", "--drain", now=LATER)
        self.assertEqual(len(tries), 2 * len(PEOPLE))
        self.assertEqual(sorted(tries[:len(PEOPLE)]), sorted(tries[len(PEOPLE):]))

    def test_a_preview_is_signed_as_the_mail_is(self):
        instance = self.instance()
        self.fill(instance)
        out = instance.dir / "look"
        instance.run("brief", "preview", "daily", "--date", DAY, "--as", "ann@readers.example",
                     "--out", out)
        (path,) = out.glob("*.eml")
        self.assertEqual([holds for _, holds in verifies(path.read_bytes(),
                                                         self.records(instance))], [True, True])

    def test_without_keys_and_with_keys_of_another_domain_nothing_is_signed(self):
        for keys in ((), ("rsa",)):
            with sinks.PySink() as sink:
                instance = self.instance(sink.port, keys, "other.example")
                self.fill(instance)
                instance.run("send", "--drain")
            self.assertEqual(len(sink.mails), len(PEOPLE))
            for mail in sink.mails:
                self.assertNotIn(b"DKIM-Signature", mail.content)


class Check(Case):
    def test_prints_the_record_that_openssl_computes(self):
        instance = self.instance()
        text = instance.run("check").stdout
        rows = instance.json("check")["dkim"]
        for name, row in zip(("rsa", "ed25519"), rows, strict=True):
            value = f"v=DKIM1; k={name}; p={public(instance.dir / f'conf/keys/{name}.pem')}"
            where = f"{name}.2024._domainkey.{tidings.DOMAIN}"
            self.assertEqual(row, {"name": where, "type": "TXT", "value": value})
            self.assertIn(f'\n{where}. TXT "{value}"\n', text)

    def test_has_nothing_against_a_good_pair_of_keys(self):
        faults = self.instance().json("check")["faults"]
        self.assertEqual([fault for fault in faults if "dkim" in fault["path"] or
                          "from_address" in fault["path"]], [])

    def test_warns_of_a_short_key_and_of_another_domain(self):
        text = self.instance(keys=("rsa1024",), domain="other.example").run("check").stdout
        self.assertRegex(text, r"warning: dkim\[0\]\.key_file: an RSA key of 1024 bits")
        self.assertRegex(text, r"warning: newsletters\[0\]\.from_address: none of the keys")

    def test_a_missing_key_is_made_by_the_command_it_names(self):
        instance = self.instance()
        path = instance.dir / "conf/keys/rsa.pem"
        path.unlink()
        command = re.search(r"conf/keys/rsa\.pem; this makes one: (openssl .*?) \(or",
                            self.errors(instance))[1]
        self.assertEqual(instance.run("send", "--drain", check=False).returncode, 78)
        subprocess.run(command.split(), cwd=instance.dir, check=True, capture_output=True)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertIn(public(path), instance.run("check").stdout)

    def test_a_key_that_others_can_read_is_refused_and_nothing_is_sent(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            self.fill(instance)
            path = instance.dir / "conf/keys/ed25519.pem"
            for mode in (0o644, 0o640, 0o604):
                path.chmod(mode)
                self.assertRegex(self.errors(instance), r"error: dkim\[1\]\.key_file: .*chmod 600")
                self.assertEqual(instance.run("send", "--drain", check=False).returncode, 78)
            self.assertEqual(sink.mails, [])
            path.chmod(0o600)
            instance.run("send", "--drain")
        self.assertEqual(len(sink.mails), len(PEOPLE))

    def test_an_encrypted_key_is_refused_without_asking_on_the_terminal(self):
        instance = self.instance()
        path = instance.dir / "conf/keys/rsa.pem"
        for old in ([], ["-traditional"]):
            path.write_bytes(openssl("pkey", "-aes128", "-passout", "pass:secret", *old,
                                     input=self.keys["rsa"]))
            said = self.on_a_terminal("-C", instance.dir, "check")
            self.assertIn("is encrypted", said)
            self.assertNotRegex(said, r"(?i)enter|pass ?phrase")

    def on_a_terminal(self, *words):
        """What the program says on a terminal of its own, where it could ask."""
        child, terminal = pty.fork()
        if child == 0:
            os.execv(tidings.BINARY, [os.fspath(word) for word in (tidings.BINARY, *words)])
        said = b""
        try:
            while select.select([terminal], [], [], 20)[0]:
                said += os.read(terminal, 65536)
            self.fail(f"still waiting after: {said}")
        except OSError:  # the program has ended
            pass
        finally:
            os.close(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 78)
        return said.decode()

    def test_no_key_is_in_a_log_or_a_database(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            self.fill(instance)
            done = instance.run("send", "--drain")
        secret = self.keys["rsa"].splitlines()[5]
        kept = [done.stdout.encode(), done.stderr.encode()]
        kept += [path.read_bytes() for path in pathlib.Path(instance.dir, "queue").iterdir()]
        for text in kept:
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    unittest.main()
