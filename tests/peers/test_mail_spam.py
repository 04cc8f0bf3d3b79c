"""What rspamd and SpamAssassin say of our mails, without the network: every rule that fires is
explained in docs/DELIVERABILITY.md, which is the list this test goes by."""

import datetime
import email
import email.policy
import email.utils
import re
import unittest

import editions
import spam
import tidings

tidings.need("spamassassin", "rspamd")

MOST = {"SpamAssassin": 1.5, "rspamd": 2.5}  # points; both call it spam from 5 or 6 on


def explained(name):
    """{rule: explanation} of the table under the heading of that filter."""
    text = (tidings.SOURCE / "docs" / "DELIVERABILITY.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {name}$(.*?)(?=^#|\Z)", text, re.M | re.S).group(1)
    return dict(re.findall(r"^\| `(\w+)` \| [^|]* \| (.+) \|$", section, re.M))


def real(mail):
    """A golden file is of a day long gone and of domains that end in .example, which is no
    top-level domain: filters mark what is old, and take links to there for disguised."""
    now = datetime.datetime.now(datetime.timezone.utc)
    mail = mail.replace(b"news.example", b"n.example.org")
    return re.sub(rb"^Date: [^\r\n]+", b"Date: " + email.utils.format_datetime(now).encode(),
                  mail, count=1, flags=re.M)


def samples():
    """{name: content} of all mails, those of editions made today."""
    now = datetime.datetime.now(datetime.timezone.utc)
    edit = lambda text: text.replace(".example", ".example.org")
    with editions.Editions(domain="news.example.org", edit=edit,
                           date=str((now - datetime.timedelta(hours=8)).date()),
                           now=now.strftime("%Y-%m-%dT%H:%M:%SZ")) as made:
        mails = {name: path.read_bytes() for name, path in made.all()}
    mails.update({name: real(path.read_bytes()) for name, path in editions.notices()})
    return mails


def envelope(mail):
    """(sender, recipient): bounces come back to the domain of From."""
    head = email.message_from_bytes(mail, policy=email.policy.default)
    return (f"bounce+token@{head['From'].addresses[0].domain}",
            head["To"].addresses[0].addr_spec)


class Spam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mails = samples()
        cls.received = {name: spam.received(mail, envelope(mail)[0])
                        for name, mail in cls.mails.items()}

    def assert_explained(self, name, verdicts):
        rules = explained(name)
        fired = set()
        for mail, (score, symbols) in sorted(verdicts.items()):
            print(f"{name} {mail}: {score:.1f}: {' '.join(sorted(symbols))}")
            with self.subTest(mail):
                self.assertEqual(set(symbols) - set(rules), set(), "not explained")
                self.assertLessEqual(score, MOST[name])
            fired |= set(symbols)
        always = {rule for rule, why in rules.items() if "by chance" not in why}
        self.assertEqual(always - fired, set(), "explained, but nothing fires them any more")

    def test_spamassassin_says_only_what_is_explained(self):
        self.assert_explained("SpamAssassin", spam.spamassassin(self.received))

    def test_rspamd_says_only_what_is_explained(self):
        with spam.Rspamd() as rspamd:
            verdicts = {name: rspamd.judge(mail, *envelope(mail))
                        for name, mail in self.received.items()}
        self.assert_explained("rspamd", verdicts)

    def test_both_filters_know_spam_when_they_see_it(self):
        mail = self.received["daily-sample"].replace(
            b"\r\n\r\n", b"\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL"
            b"*C.34X\r\n", 1).replace(b"multipart/alternative", b"text/plain; x=", 1)
        (score, rules), = spam.spamassassin({"spam": mail}).values()
        self.assertIn("GTUBE", rules)
        self.assertGreater(score, 900)


if __name__ == "__main__":
    unittest.main()
