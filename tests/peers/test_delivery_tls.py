"""TLS and AUTH: what is verified, what is never sent in clear, and what counts as the relay's
trouble."""

import base64
import ssl
import unittest
import warnings

import tidings
from certificates import Certificates
from smtp_peer import DROP, Peer, Then, deliver

tidings.need("openssl")

USER, PASSWORD = "editor@news.example", "s3cret, with = and ünïcode"


MADE = Certificates()
GOOD = MADE.context("127.0.0.1")


class Verifying(unittest.TestCase):
    def refused(self, peer, **options):
        options.setdefault("ca", MADE.ca)
        with peer:
            out = deliver(peer.port, **{"tls": "required", **options})
            self.assertEqual(out.counts["returned"], 1)
            self.assertFalse([line for line in peer.lines if line.startswith(("MAIL", "AUTH"))])
        end = out.ends()[1]
        self.assertEqual(end.stage, "connect")
        return end

    def test_a_good_certificate_delivers_by_starttls_and_by_smtps(self):
        for server, tls in (({"starttls": GOOD}, "required"), ({"tls": GOOD}, "implicit")):
            with self.subTest(tls=tls), Peer(**server) as peer:
                out = deliver(peer.port, messages=20, sessions=3, tls=tls, ca=MADE.ca, size=30000)
                self.assertEqual(out.counts["sent"], 20)
                self.assertEqual(len(peer.mails), 20)
                # A session that was still being opened when all was done may have got no further.
                talked = [session for session in peer.sessions
                          if any(line.startswith("MAIL") for line in session.lines)]
                self.assertTrue(talked and all(session.tls for session in talked))

    def test_a_large_message_through_tls_arrives_whole(self):
        with Peer(tls=GOOD) as peer:
            out = deliver(peer.port, messages=3, sessions=3, tls="implicit", ca=MADE.ca, size=3_000_000)
            self.assertEqual(out.counts["sent"], 3)
            for _, _, content in peer.mails:
                self.assertEqual(content[17:], (b"x" * 76 + b"\r\n") * (len(content[17:]) // 78))

    def test_a_self_signed_certificate_is_refused(self):
        wrong = MADE.context("127.0.0.1", self_signed=True)
        self.assertIn("certificate", self.refused(Peer(starttls=wrong)).text.lower())
        self.refused(Peer(tls=wrong), tls="implicit")

    def test_a_certificate_that_has_expired_is_refused(self):
        wrong = MADE.context("127.0.0.1", days=-1)
        self.assertIn("certificate", self.refused(Peer(starttls=wrong)).text.lower())
        self.refused(Peer(tls=wrong), tls="implicit")

    def test_a_certificate_for_another_name_is_refused(self):
        wrong = MADE.context("mail.other.example")
        self.refused(Peer(starttls=wrong))
        self.refused(Peer(tls=wrong), tls="implicit")

    def test_a_certificate_of_a_ca_not_named_is_refused(self):
        other = Certificates()
        self.refused(Peer(starttls=GOOD), ca=other.ca)

    def test_a_host_name_is_checked_as_well(self):
        with Peer(starttls=MADE.context("localhost")) as peer:
            out = deliver(peer.port, host="localhost", tls="required", ca=MADE.ca)
            self.assertEqual(out.counts["sent"], 1)

    def test_tls_1_1_is_refused(self):
        old = MADE.context("127.0.0.1")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        self.refused(Peer(starttls=old))


class Stripping(unittest.TestCase):
    refused = Verifying.refused

    def test_starttls_that_is_not_offered_is_a_failure(self):
        self.assertEqual(self.refused(Peer()).code, 0)

    def test_starttls_that_is_refused_is_a_failure(self):
        self.refused(Peer(lambda stage, words, session: "454 4.7.0 not now"
                          if stage == "STARTTLS" else None, starttls=GOOD))

    def test_bytes_behind_the_starttls_reply_end_the_session(self):
        def answer(stage, words, session):
            if stage == "STARTTLS":
                return "220 2.0.0 go ahead\r\n250 2.0.0 injected"

        self.refused(Peer(answer, starttls=GOOD))

    def test_what_was_offered_before_tls_is_not_used(self):
        def offers(session):
            return ["SIZE 1000000"] if session.tls else ["PIPELINING", "SMTPUTF8"]

        with Peer(offers=offers, starttls=GOOD) as peer:
            out = deliver(peer.port, tls="required", ca=MADE.ca, messages=2, sessions=1)
            self.assertEqual(out.counts["sent"], 2)
            mails = [line for line in peer.lines if line.startswith("MAIL")]
            self.assertTrue(all(" SIZE=" in line for line in mails))
            for read in peer.sessions[0].reads:
                self.assertFalse(read.startswith(b"MAIL") and b"RCPT" in read)
            utf8 = deliver(peer.port, tls="required", ca=MADE.ca, utf8=1).ends()[1]
            self.assertTrue(utf8.text.startswith("553 5.6.7 not sent"))

    def test_opportunistic_tls_is_used_where_offered_and_goes_on_where_not(self):
        wrong = MADE.context("mail.other.example", self_signed=True)
        for starttls in (wrong, None):
            with self.subTest(offered=bool(starttls)), Peer(starttls=starttls) as peer:
                out = deliver(peer.port, tls="opportunistic")
                self.assertEqual(out.counts["sent"], 1)
                self.assertEqual(peer.sessions[0].tls, bool(starttls))

    def test_no_tls_is_none_even_where_offered(self):
        with Peer(starttls=GOOD) as peer:
            self.assertEqual(deliver(peer.port, tls="none").counts["sent"], 1)
            self.assertNotIn("STARTTLS", peer.lines)


class Authenticating(unittest.TestCase):
    OFFERS = ("PIPELINING", "AUTH PLAIN LOGIN")

    def offers(self, session):
        return self.OFFERS if session.tls else ("PIPELINING",)

    def deliver(self, peer, **options):
        return deliver(peer.port, **{"tls": "required", "ca": MADE.ca, "user": USER,
                                     "password": PASSWORD, **options})

    def test_credentials_are_said_once_a_session_under_tls(self):
        with Peer(offers=self.offers, starttls=GOOD) as peer:
            out = self.deliver(peer, messages=10, sessions=2)
            self.assertEqual(out.counts["sent"], 10)
            token = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            used = [session for session in peer.sessions if session.mails]
            self.assertTrue(used)
            for session in used:
                self.assertEqual(session.lines.count(f"AUTH PLAIN {token}"), 1)
                self.assertLess(session.lines.index("STARTTLS"),
                                session.lines.index(f"AUTH PLAIN {token}"))

    def test_without_a_235_nothing_is_sent(self):
        with Peer(starttls=GOOD) as peer:  # offers no AUTH: libcurl alone would go on
            out = self.deliver(peer)
            self.assertEqual(out.counts["returned"], 1)
            self.assertFalse([line for line in peer.lines if line.startswith(("AUTH", "MAIL"))])
        self.assertIn("AUTH", out.ends()[1].text)

    def test_a_refused_password_is_the_relays_trouble_in_its_own_words(self):
        for reply in ("535 5.7.8 wrong password", "454 4.7.0 try later"):
            with self.subTest(reply=reply), \
                    Peer(lambda stage, words, session, reply=reply: reply if stage == "AUTH" else None,
                         offers=self.offers, starttls=GOOD) as peer:
                out = self.deliver(peer, messages=5, sessions=5, hurry=20)
                self.assertEqual(out.counts["returned"], 5)
                end = out.ends()[1]
                self.assertEqual((end.stage, end.code, end.text),
                                 ("connect", int(reply[:3]), reply))
                # one message comes back from each connection: there is no room for more
                self.assertLessEqual(len(peer.sessions), 5)

    def test_a_mechanism_we_do_not_speak_is_said(self):
        with Peer(offers=lambda session: ["AUTH GSSAPI"], starttls=GOOD) as peer:
            end = self.deliver(peer).ends()[1]
        self.assertIn("AUTH PLAIN, LOGIN", end.text)

    def test_a_password_without_tls_is_refused_before_any_connection(self):
        with Peer(offers=["AUTH PLAIN"]) as peer:
            for tls in ("none", "opportunistic"):
                out = self.deliver(peer, tls=tls, check=False)
                self.assertEqual(out.status, 78)
                self.assertIn("never sent without TLS", out.stderr)
            self.assertEqual(peer.sessions, [])

    def test_a_stripped_starttls_gets_no_password(self):
        with Peer(offers=["PIPELINING", "AUTH PLAIN LOGIN"]) as peer:
            out = self.deliver(peer)
            self.assertEqual(out.counts["returned"], 1)
            heard = b"".join(read for session in peer.sessions for read in session.reads)
            for secret in (PASSWORD.encode(), base64.b64encode(PASSWORD.encode()), b"AUTH"):
                self.assertNotIn(secret, heard)

    def test_the_password_is_in_no_output(self):
        with Peer(lambda stage, words, session: "535 5.7.8 no" if stage == "AUTH" else None,
                  offers=self.offers, starttls=GOOD) as peer:
            out = self.deliver(peer)
        said = out.stderr + "".join(event.text for event in out.events)
        token = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        for secret in (PASSWORD, token):
            self.assertNotIn(secret, said)

    def test_a_session_that_is_lost_while_it_authenticates_is_trouble(self):
        for reply in (DROP, Then("421 4.3.0 bye")):
            with self.subTest(reply=reply), \
                    Peer(lambda stage, words, session, reply=reply: reply if stage == "AUTH" else None,
                         offers=self.offers, starttls=GOOD) as peer:
                self.assertEqual(self.deliver(peer).counts["returned"], 1)


if __name__ == "__main__":
    unittest.main()
