"""`check --dns` against a DNS of our own: each rule, by what it says of a record that breaks it."""

import json
import subprocess
import unittest

import dnsd
import tidings

tidings.need("openssl")

DOMAIN = tidings.DOMAIN
KEYS = ("rsa", "ed25519")


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tidings.Instance(9)
        cls.addClassCleanup(cls.scratch.__exit__)
        keys = cls.scratch.dir / "conf" / "keys"
        for kind, more in (("rsa", ["-pkeyopt", "rsa_keygen_bits:2048"]), ("ed25519", [])):
            subprocess.run(["openssl", "genpkey", "-algorithm", kind, *more, "-out",
                            keys / f"{kind}.pem"], check=True, capture_output=True)
            (keys / f"{kind}.pem").chmod(0o600)
        block = "dkim:\n" + "".join(
            f"  - domain: {DOMAIN}\n    selector: {kind}\n    key_file: conf/keys/{kind}.pem\n"
            for kind in KEYS)
        cls.conf = cls.scratch.dir / "conf" / "tidings.yaml"
        cls.plain = cls.conf.read_text() + block
        cls.conf.write_text(cls.plain)
        cls.published = {record["name"]: record["value"]
                         for record in cls.scratch.json("check")["dkim"]}

    def setUp(self):
        self.conf.write_text(self.plain)
        self.records = {
            (DOMAIN, "TXT"): ["google-verification=x", f"v=spf1 include:_spf.{DOMAIN} mx -all"],
            (f"_spf.{DOMAIN}", "TXT"): ["v=spf1 ip4:192.0.2.1 ~all"],
            (DOMAIN, "MX"): [(10, f"mx.{DOMAIN}")],
            (f"_dmarc.{DOMAIN}", "TXT"): [f"v=DMARC1; p=reject; rua=mailto:d@{DOMAIN}"],
        }
        for name, value in self.published.items():
            self.records[(name, "TXT")] = [value]

    def check(self, exit_code=None):
        """{(check, name, severity): text}; the exit code is checked against the worst of them."""
        with dnsd.Server(self.records) as server:
            done = self.scratch.run("check", "--dns", "--resolver", server.address, "--json",
                                    check=False)
            self.asked = server.asked
        said = json.loads(done.stdout)
        found = {(item["check"], item["name"], item["severity"]): item["text"]
                 for item in said["dns"]}
        severities = {severity for _, _, severity in found}
        wanted = 78 if "error" in severities else 75 if "unknown" in severities else 0
        self.assertEqual(done.returncode, wanted, found)
        return found

    def faults(self):
        return {key: text for key, text in self.check().items() if key[2] != "ok"}

    def expect(self, check, severity, words, name=DOMAIN):
        faults = self.faults()
        self.assertEqual([key for key in faults if key[0] == check], [(check, name, severity)],
                         faults)
        self.assertIn(words, faults[(check, name, severity)])


class Well(Case):
    def test_all_is_well(self):
        found = self.check()
        self.assertEqual({(check, severity) for check, _, severity in found},
                         {(check, "ok") for check in ("spf", "mx", "dkim", "dmarc", "alignment")})
        self.assertEqual(sum(check == "dkim" for check, _, _ in found), 2)

    def test_as_text_and_the_words_of_others_are_escaped(self):
        self.records[(DOMAIN, "TXT")] = ["v=spf1 mx \x1b[31m -all"]
        with dnsd.Server(self.records) as server:
            said = self.scratch.run("check", "--dns", "--resolver", server.address).stdout
        self.assertIn("\\x1B[31m", said)
        self.assertIn("dns: 0 errors, 0 warnings, 0 without an answer", said)

    def test_without_dns_nobody_is_asked(self):
        self.assertNotIn("dns", self.scratch.json("check"))
        done = self.scratch.run("check", "--resolver", "127.0.0.1:1", check=False)
        self.assertEqual(done.returncode, 64)
        done = self.scratch.run("check", "--dns", "--resolver", "nonsense", check=False)
        self.assertEqual(done.returncode, 64)


class Spf(Case):
    def spf(self, text):
        self.records[(DOMAIN, "TXT")] = [text]

    def test_none(self):
        self.records[(DOMAIN, "TXT")] = ["v=spf10 is something else"]
        self.expect("spf", "error", "no record")

    def test_two(self):
        self.records[(DOMAIN, "TXT")] = ["v=spf1 mx -all", "v=spf1 a -all"]
        self.expect("spf", "error", "more than one")

    def test_too_many_look_ups_also_in_what_is_included(self):
        for i in range(6):
            self.records[(f"i{i}.example", "TXT")] = ["v=spf1 a mx ?all"]
            self.records[(f"i{i}.example", "A")] = ["192.0.2.7"]
            self.records[(f"i{i}.example", "MX")] = [(10, "mx.example")]
        ten = " ".join(f"include:i{i}.example" for i in range(3))
        self.records[(DOMAIN, "A")] = ["192.0.2.7"]
        self.spf(f"v=spf1 a {ten} -all")  # 1 + 3 x 3
        self.assertEqual(self.faults(), {})
        self.spf(f"v=spf1 a mx {ten} -all")
        self.expect("spf", "error", "11 look-ups")

    def test_a_loop_ends(self):
        self.spf(f"v=spf1 include:{DOMAIN} -all")
        self.expect("spf", "error", "look-ups")

    def test_look_ups_that_lead_nowhere(self):
        self.spf("v=spf1 a:x1.example a:x2.example -all")
        self.assertEqual(self.faults(), {})
        self.spf("v=spf1 a:x1.example a:x2.example mx:x3.example -all")
        self.expect("spf", "error", "3 look-ups lead nowhere")

    def test_an_include_without_a_record(self):
        self.spf("v=spf1 include:gone.example -all")
        self.expect("spf", "error", "gone.example has no record")

    def test_how_it_ends(self):
        for text, severity, words in (("v=spf1 mx", "warning", "does not end"),
                                      ("v=spf1 mx ?all", "warning", "does not end"),
                                      ("v=spf1 mx +all", "error", "everybody"),
                                      ("v=spf1 mx all", "error", "everybody")):
            with self.subTest(text):
                self.spf(text)
                self.expect("spf", severity, words)
        self.spf(f"v=spf1 redirect=_spf.{DOMAIN}")
        self.assertEqual(self.faults(), {})
        self.records[(f"_spf.{DOMAIN}", "TXT")] = ["v=spf1 ip4:192.0.2.1"]
        self.expect("spf", "warning", "does not end")

    def test_what_is_included_speaks_of_its_own_domain(self):
        self.spf(f"v=spf1 include:_spf.{DOMAIN} -all")
        self.records[(f"_spf.{DOMAIN}", "TXT")] = ["v=spf1 a -all"]
        self.records[(f"_spf.{DOMAIN}", "A")] = ["192.0.2.7"]
        self.assertEqual(self.faults(), {})
        self.assertIn((f"_spf.{DOMAIN}", "A"), self.asked)
        self.assertNotIn((DOMAIN, "A"), self.asked)

    def test_ptr(self):
        self.spf("v=spf1 ptr -all")
        self.expect("spf", "warning", "ptr")


class Dkim(Case):
    name = f"rsa._domainkey.{DOMAIN}"

    def test_not_published(self):
        del self.records[(self.name, "TXT")]
        self.expect("dkim", "error", "not published", self.name)

    def test_another_key(self):
        self.records[(self.name, "TXT")] = [self.published[self.name].replace("A", "B")]
        self.expect("dkim", "error", "another key", self.name)

    def test_revoked_and_testing(self):
        self.records[(self.name, "TXT")] = ["v=DKIM1; p="]
        self.expect("dkim", "error", "revokes", self.name)
        self.records[(self.name, "TXT")] = [self.published[self.name] + "; t=y"]
        self.expect("dkim", "warning", "t=y", self.name)

    def test_white_space_in_a_key_is_none_of_it(self):
        value = self.published[self.name]
        self.records[(self.name, "TXT")] = [value[:100] + " " + value[100:]]
        self.assertEqual(self.faults(), {})

    def test_two_records(self):
        self.records[(self.name, "TXT")].append("v=DKIM1; p=x")
        self.expect("dkim", "error", "2 records", self.name)


class Dmarc(Case):
    name = f"_dmarc.{DOMAIN}"

    def test_none_anywhere(self):
        del self.records[(self.name, "TXT")]
        self.expect("dmarc", "error", "no record", self.name)

    def test_that_of_the_organisation_counts(self):
        self.conf.write_text(self.plain.replace(f"from_address: daily@{DOMAIN}",
                                                f"from_address: daily@mail.{DOMAIN}"))
        self.records[(f"mail.{DOMAIN}", "MX")] = [(1, f"mx.{DOMAIN}")]
        self.assertEqual(self.faults(), {})
        self.assertIn((f"_dmarc.mail.{DOMAIN}", "TXT"), self.asked)

    def test_faults_of_the_record(self):
        for text, severity, words in (("v=DMARC1; p=none", "warning", "without rua"),
                                      ("v=DMARC1; p=maybe", "error", "none, quarantine"),
                                      ("v=DMARC1; p=reject; pct=50", "warning", "pct="),
                                      (f"v=DMARC1; p=none; rua=mailto:d@{DOMAIN}!10m", "warning",
                                       "size")):
            with self.subTest(text):
                self.records[(self.name, "TXT")] = [text]
                self.expect("dmarc", severity, words, self.name)

    def test_two(self):
        self.records[(self.name, "TXT")] *= 2
        self.expect("dmarc", "error", "more than one", self.name)


class Alignment(Case):
    def bounces_elsewhere(self):
        self.conf.write_text(self.conf.read_text().replace(
            f"# bounce_address: bounce+TOKEN@{DOMAIN}", "bounce_address: b+TOKEN@other.example"))
        self.records[("other.example", "TXT")] = ["v=spf1 mx -all"]
        self.records[("other.example", "MX")] = [(1, "mx.other.example")]
        self.records[(DOMAIN, "MX")] = [(1, f"mx.{DOMAIN}")]

    def test_by_dkim_only(self):
        self.bounces_elsewhere()
        self.expect("alignment", "warning", "by DKIM only")

    def test_by_spf_only(self):
        self.conf.write_text(self.plain[:self.plain.index("\ndkim:\n") + 1])
        self.expect("alignment", "warning", "by SPF only")

    def test_by_neither(self):
        self.conf.write_text(self.plain[:self.plain.index("\ndkim:\n") + 1])
        self.bounces_elsewhere()
        self.expect("alignment", "error", "DMARC fails")

    def test_a_public_suffix_parts_two_of_its_names(self):
        self.bounces_elsewhere()
        self.records[("_dmarc.example", "TXT")] = ["v=DMARC1; p=none; psd=y; rua=mailto:x@y.example"]
        self.expect("alignment", "warning", "by DKIM only")
        self.records[("_dmarc.example", "TXT")] = ["v=DMARC1; p=none; rua=mailto:x@y.example"]
        self.records[(f"_dmarc.{DOMAIN}", "TXT")] = ["v=DMARC1; p=reject"]
        self.assertEqual([key for key in self.faults() if key[0] == "alignment"], [])


class Mx(Case):
    def test_bounces_that_cannot_come_back(self):
        self.records[(DOMAIN, "MX")] = [(0, ".")]
        self.expect("mx", "error", "bounces cannot come back")
        del self.records[(DOMAIN, "MX")]
        self.expect("mx", "error", "bounces cannot come back")
        self.records[(DOMAIN, "A")] = ["192.0.2.7"]
        self.assertEqual([key for key in self.faults() if key[0] == "mx"], [])


class Answers(Case):
    def test_no_answer_is_no_verdict(self):
        self.records[(f"_dmarc.{DOMAIN}", "TXT")] = dnsd.FAIL
        found = self.check()
        self.assertIn(("dmarc", f"_dmarc.{DOMAIN}", "unknown"), found)

    def test_long_answers_come_over_tcp(self):
        self.records[(DOMAIN, "TXT")] += ["x" * 250] * 8
        self.assertEqual(self.faults(), {})


FOUR, SIX = "192.0.2.1", "2001:db8::a"
SIX_REVERSE = "a" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa"


class Relay(Case):
    """The addresses a relay sends from: a name that leads back, and SPF that allows them."""

    def setUp(self):
        super().setUp()
        self.conf.write_text(self.plain.replace("    # sends_from: [192.0.2.10",
                                                f'    sends_from: [{FOUR}, "{SIX}"]\n    # x: ['))
        self.records[("1.2.0.192.in-addr.arpa", "PTR")] = [f"out.{DOMAIN}"]
        self.records[(SIX_REVERSE, "PTR")] = [f"out.{DOMAIN}"]
        self.records[(f"out.{DOMAIN}", "A")] = [FOUR]
        self.records[(f"out.{DOMAIN}", "AAAA")] = [SIX]
        self.allow(f"include:_spf.{DOMAIN}")

    def allow(self, terms, included=f"ip4:{FOUR} ip6:2001:db8::/32"):
        self.records[(DOMAIN, "TXT")] = [f"v=spf1 {terms} -all"]
        self.records[(f"_spf.{DOMAIN}", "TXT")] = [f"v=spf1 {included} ~all"]

    def of(self, address):
        return {(check, severity) for check, name, severity in self.check() if name == address}

    def test_all_is_well_by_either_family(self):
        for address in (FOUR, SIX):
            self.assertEqual(self.of(address), {("reverse", "ok"), ("spf", "ok")})

    def test_no_name_and_one_that_leads_elsewhere(self):
        del self.records[("1.2.0.192.in-addr.arpa", "PTR")]
        self.records[(f"out.{DOMAIN}", "AAAA")] = ["2001:db8::b"]
        found = self.check()
        self.assertIn("no reverse name", found[("reverse", FOUR, "error")])
        self.assertIn(f"called out.{DOMAIN}, which does not lead back",
                      found[("reverse", SIX, "error")])

    def test_one_of_several_names_is_enough(self):
        self.records[("1.2.0.192.in-addr.arpa", "PTR")] = ["gone.example", f"out.{DOMAIN}"]
        self.assertIn(("reverse", "ok"), self.of(FOUR))

    def test_without_an_answer_nobody_knows(self):
        self.records[(SIX_REVERSE, "PTR")] = [dnsd.FAIL]
        self.records[("1.2.0.192.in-addr.arpa", "PTR")] = ["broken.example"]
        self.records[("broken.example", "A")] = dnsd.FAIL
        self.records[(SIX_REVERSE, "PTR")] = dnsd.FAIL
        self.assertIn(("reverse", "unknown"), self.of(FOUR))
        self.assertIn(("reverse", "unknown"), self.of(SIX))

    def test_each_mechanism_that_lets_it_send(self):
        self.records[(DOMAIN, "A")] = [FOUR]
        self.records[(DOMAIN, "AAAA")] = [SIX]
        self.records[(f"mx.{DOMAIN}", "A")] = ["192.0.2.200"]
        self.records[(f"mx.{DOMAIN}", "AAAA")] = ["2001:db8::1:0"]
        self.records[(f"redirected.{DOMAIN}", "TXT")] = [f"v=spf1 ip4:{FOUR} ip6:{SIX} -all"]
        for terms in ("a", f"a:{DOMAIN}", "mx/24//96", "ip4:192.0.2.0/30 ip6:2001:DB8::/64",
                      "+a", f"exists:%{{i}}.x.example include:_spf.{DOMAIN}", "?all"[1:]):
            with self.subTest(terms=terms):
                self.allow(terms)
                for address in (FOUR, SIX):
                    self.assertIn(("spf", "ok"), self.of(address))
        self.records[(DOMAIN, "TXT")] = [f"v=spf1 redirect=redirected.{DOMAIN}"]
        self.assertIn(("spf", "ok"), self.of(SIX))

    def test_each_that_does_not(self):
        self.records[(f"mx.{DOMAIN}", "A")] = ["192.0.2.200"]
        for terms, included in (("ip4:192.0.2.2 ip6:2001:db8::b", ""), ("mx/25//128", ""),
                                (f"-ip4:{FOUR} -ip6:{SIX} ip4:0.0.0.0/0 ip6:::/0", ""),
                                (f"~ip4:{FOUR} ~ip6:{SIX}", ""), ("include:gone.example", ""),
                                (f"include:_spf.{DOMAIN}", f"-ip4:{FOUR} -ip6:{SIX}"),
                                ("ip4:192.0.2.1/33 ip6:nonsense", "")):
            with self.subTest(terms=terms):
                self.allow(terms, included)
                for address in (FOUR, SIX):
                    self.assertIn(("spf", "error"), self.of(address))
        self.assertIn(f"add ip6:{SIX} to its record", self.check()[("spf", SIX, "error")])

    def test_macros_are_expanded(self):
        nibbles = SIX_REVERSE.removesuffix(".ip6.arpa")
        forward = ".".join(reversed(nibbles.split(".")))
        first, last = DOMAIN.split(".")
        for name, four, six in (
                ("%{i}", FOUR, forward),
                ("%{IR}.%{v}.%{d}", f"1.2.0.192.in-addr.{DOMAIN}", f"{nibbles}.ip6.{DOMAIN}"),
                ("%{d1}-%{o1r}", f"{last}-{first}", f"{last}-{first}"),
                ("%{i2r.}", "0.192", "0.2"),
                ("%{o-}%%", f"{DOMAIN}%", f"{DOMAIN}%")):
            with self.subTest(name=name):
                self.allow(f"exists:{name}.x.example")
                for address, expanded in ((FOUR, four), (SIX, six)):
                    self.assertIn(("spf", "error"), self.of(address))
                    self.records[(f"{expanded}.x.example", "A")] = ["127.0.0.2"]
                    self.assertIn(("spf", "ok"), self.of(address))
                    del self.records[(f"{expanded}.x.example", "A")]
        self.allow("include:%{ir}.%{v}._spf.vendor.example")
        self.records[("1.2.0.192.in-addr._spf.vendor.example", "TXT")] = [f"v=spf1 ip4:{FOUR}"]
        self.assertIn(("spf", "ok"), self.of(FOUR))

    def test_a_macro_that_only_the_mail_decides_is_not_guessed(self):
        for terms in ("include:%{l}.spf.example", "exists:%{s}.x.example", "exists:%{h}.x.example",
                      "a:%{i", "a:%{}", "a:%x.example", "a:%{iz}.example", "ptr"):
            with self.subTest(terms=terms):
                self.allow(terms)
                self.assertIn(("spf", "unknown"), self.of(FOUR))

    def test_what_is_no_address_is_a_fault_of_the_configuration(self):
        self.conf.write_text(self.conf.read_text().replace(f"[{FOUR}, ", "[relay.example, "))
        done = self.scratch.run("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stdout + done.stderr, r"sends_from.*relay\.example is no IPv4 or IPv6")


class Resolver(Case):
    def test_by_ipv6_over_udp_and_tcp(self):
        self.records[(DOMAIN, "TXT")] += ["x" * 600]  # cut over UDP
        try:
            server = dnsd.Server(self.records, "::1")
        except OSError:
            self.skipTest("no IPv6 here")
        with server:
            done = self.scratch.run("check", "--dns", "--resolver", server.address)
            self.assertIn("dns: 0 errors, 0 warnings, 0 without an answer", done.stdout)
            self.assertIn((DOMAIN, "TXT"), server.asked)

    def test_what_is_no_server(self):
        for text in ("::1::", "[::1", "[::1]x", "[::1]:0", "1.2.3", "[1.2.3.4]:70000", "", ":"):
            done = self.scratch.run("check", "--dns", "--resolver", text, check=False)
            self.assertEqual(done.returncode, 64, text)


if __name__ == "__main__":
    unittest.main()
