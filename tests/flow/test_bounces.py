"""What came back: believed only with a signed address, moved into the ledger, counted, and enough of it
suspends its subscriber and nobody else."""

import unittest

import returned
from bouncing import BRIEFING, LATER, Case

class Judging(Case):
    def test_a_report_suspends_its_subscriber_and_nobody_else(self):
        self.assertEqual(self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org")),
                         {"counted": 1})
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "address"))
        self.assert_untouched("r0@example.org", "r2@example.org", "r3@example.org")
        row = self.instance.queue()["r1@example.org"]
        self.assertEqual((row["state"], row["reason"]), ("bounced", "address"))
        self.assertEqual(self.instance.states(), {"sent": 3, "bounced": 1})

    def test_the_suspension_names_its_evidence(self):
        self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"))
        shown = self.instance.json("subscriber", "show", "r1@example.org")
        bounce, = self.bounces("address=r1@example.org")
        self.assertEqual(bounce["suspended"], "yes")
        self.assertIn(f"bounce {bounce['id']}: 5.1.1", shown["suppressions"][0]["evidence"])
        events = [(line["event"], line["how"]) for line in shown["consent"]]
        self.assertEqual(events[-1], ("suspended", "bounce"))
        self.assertIn("user unknown", self.instance.json("bounce", "show", str(bounce["id"]))
                      ["words"].lower())

    def test_case_does_not_count_in_the_address(self):
        verp = self.verp["r1@example.org"].upper()
        self.assertEqual(self.ingest(returned.report(verp, "R1@EXAMPLE.ORG")), {"counted": 1})
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "address"))

    def test_what_is_suspended_gets_nothing_more(self):
        self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"))
        self.send("2026-11-23")
        self.assertNotIn("r1@example.org", self.verp)
        self.assertEqual(len(self.verp), 3)

    def test_the_same_mail_counts_once(self):
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org")
        self.assertEqual(self.ingest(mail), {"counted": 1})
        self.assertEqual(self.ingest(mail.replace(b"\n", b"\r\n")), {})
        self.assertEqual(self.counts["known"], 1)
        self.assertEqual(len(self.bounces()), 1)

    def test_policy_and_size_never_count_against_an_address(self):
        for status, words in (("5.7.1", "550 5.7.1 rejected as spam by content scanner"),
                              ("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] "
                                        "blocked using bl.far.example"),
                              ("5.7.26", "550 5.7.26 this mail is unauthenticated"),
                              ("4.7.28", "450 4.7.28 rate limit exceeded, slow down"),
                              ("5.3.4", "552 5.3.4 message size exceeds fixed limit")):
            with self.subTest(words=words):
                self.assertEqual(self.ingest(returned.report(self.verp["r2@example.org"],
                                                             "r2@example.org", status, words)),
                                 {"nothing": 1})
        self.assert_untouched("r2@example.org")
        self.assertEqual(self.instance.queue()["r2@example.org"]["state"], "bounced")

    def test_automatic_replies_and_answers_count_for_nothing(self):
        self.assertEqual(self.ingest(returned.vacation(self.verp["r2@example.org"],
                                                       "r2@example.org")), {"nothing": 1})
        self.assertEqual(self.ingest(returned.answer(self.verp["r3@example.org"],
                                                     "r3@example.org")), {"answer": 1})
        delayed = returned.report(self.verp["r3@example.org"], "r3@example.org", "4.4.1",
                                  "connect to mx.far.example: timed out", action="delayed")
        self.assertEqual(self.ingest(delayed), {"nothing": 1})
        self.assert_untouched(*self.people)
        self.assertEqual(self.instance.states(), {"sent": 4})

    def test_a_full_mailbox_suspends_only_after_days_and_a_delivery_clears_it(self):
        full = ("5.2.2", "552 5.2.2 mailbox full")
        days = ["2026-11-20", "2026-11-23", "2026-11-27", "2026-12-01", "2026-12-05"]
        for number, day in enumerate(days):
            if number > 0:
                self.send(day)
            for address in ("r1@example.org", "r2@example.org"):
                if (address, number) != ("r2@example.org", 2):  # this one arrives
                    self.ingest(returned.report(self.verp[address], address, *full),
                                f"{day}T09:00:00Z")
            self.assertEqual(self.standing("r1@example.org")[0],
                             "suspended" if number == 4 else "active", day)
        self.assert_untouched("r2@example.org")

    def test_disputed_codes_do_not_suspend_at_once(self):
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org", "5.2.1",
                               "550 5.2.1 The email account that you tried to reach is disabled")
        self.assertEqual(self.ingest(mail), {"counted": 1})
        self.assert_untouched("r1@example.org")

    def test_hard_counts_once_a_day_where_more_are_wanted(self):
        self.instance.configure("# bounce:\n#   accept_for: 30d", "bounce:\n  hard: 2")
        for _ in range(3):
            self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"))
        self.assert_untouched("r1@example.org")
        self.ingest(returned.report(self.verp["r1@example.org"], "r1@example.org"),
                    "2026-11-21T09:00:00Z")
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")


class Probe(Case):
    """With `bounce.probe` a mail asks first, and only when that comes back too is anybody suspended."""

    def setUp(self):
        super().setUp()
        self.instance.configure("# bounce:\n#   accept_for: 30d", "bounce:\n  probe: yes")
        for who in ("r1@example.org", "r2@example.org"):
            self.assertEqual(self.ingest(returned.report(self.verp[who], who)), {"counted": 1})
        self.assert_untouched("r1@example.org", "r2@example.org")
        before = len(self.sink.mails)
        self.instance.run("send", "--drain", now=LATER)
        probes = self.sink.mails[before:]
        self.probe = {mail.recipients[0]: mail.sender for mail in probes}
        self.assertEqual(sorted(self.probe), ["r1@example.org", "r2@example.org"])
        self.assertIn(b"Does The Daily Briefing reach you?", probes[0].content)

    def test_who_does_not_get_it_is_suspended_and_who_does_is_cleared(self):
        # Something older comes back meanwhile: nobody is asked twice.
        again = returned.report(self.verp["r1@example.org"], "r1@example.org")
        self.ingest(again, "2026-11-20T08:00:00Z")
        self.assert_untouched("r1@example.org")
        self.ingest(returned.report(self.probe["r1@example.org"], "r1@example.org"),
                    "2026-11-20T08:00:00Z")
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "address"))
        # The other one's arrived: a week later what was before does not count.
        self.send("2026-11-27")
        self.ingest(returned.report(self.verp["r2@example.org"], "r2@example.org", "5.2.2",
                                    "552 5.2.2 mailbox full"), "2026-11-27T09:00:00Z")
        self.ingest(returned.report(self.verp["r2@example.org"], "r2@example.org"),
                    "2026-11-27T10:00:00Z")
        self.assert_untouched("r2@example.org")
        self.assertEqual([row["result"] for row in self.bounces("address=r2@example.org")],
                         ["cleared", "counted", "counted"])
        self.assertEqual(self.instance.json("bounce", "replay", now="2026-11-27T11:00:00Z")["people"],
                         [])

    def test_complaints_do_not_wait(self):
        self.ingest(returned.complaint("abuse@news.example", "r2@example.org",
                                       self.verp["r2@example.org"]))
        self.assertEqual(self.standing("r2@example.org"), ("suspended", "complaint"))


class Complaints(Case):
    def test_a_complaint_suppresses_at_once_and_is_found_by_our_own_token(self):
        verp = self.verp["r1@example.org"]
        mail = returned.complaint("abuse@news.example", "redacted@far.example", verp)
        self.assertEqual(self.ingest(mail), {"counted": 1})
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "complaint"))
        self.assertEqual(self.instance.queue()["r1@example.org"]["state"], "complained")
        self.assert_untouched("r0@example.org", "r2@example.org", "r3@example.org")

    def test_a_late_one_counts_too(self):
        mail = returned.complaint("abuse@news.example", "redacted@far.example",
                                  self.verp["r1@example.org"])
        self.assertEqual(self.ingest(mail, "2027-03-01T07:10:00Z"), {"counted": 1})
        self.assertEqual(self.standing("r1@example.org"), ("suspended", "complaint"))

    def test_not_spam_is_no_complaint(self):
        mail = returned.complaint("abuse@news.example", "r1@example.org",
                                  self.verp["r1@example.org"], "not-spam")
        self.ingest(mail)
        self.assert_untouched(*self.people)


class Belief(Case):
    def test_nothing_without_a_genuine_token(self):
        verp = self.verp["r1@example.org"]
        local, _, domain = verp.partition("@")
        token = local.partition("+")[2]
        flipped = token[:-1] + ("a" if token[-1] != "a" else "b")
        self.assertEqual(self.ingest(returned.report("bounce@" + domain, "r1@example.org")),
                         {"no_token": 1})
        self.assertEqual(self.ingest(returned.report(f"bounce+{flipped}@{domain}",
                                                     "r1@example.org")), {"forged": 1})
        self.assertEqual(self.ingest(returned.report(f"bounce+@{domain}", "r1@example.org")),
                         {"no_token": 1})
        self.assertEqual(self.ingest(returned.complaint("abuse@news.example", "r1@example.org",
                                                        f"bounce+{flipped}@{domain}")),
                         {"forged": 1})
        self.assert_untouched(*self.people)
        self.assertEqual(self.instance.states(), {"sent": 4})

    def test_a_report_about_another_subscriber_changes_neither(self):
        mail = returned.report(self.verp["r1@example.org"], "r2@example.org")
        self.assertEqual(self.ingest(mail), {"mismatch": 1})
        self.assert_untouched(*self.people)

    def test_mail_that_was_sent_on_counts_against_whom_we_sent_it_to(self):
        mail = returned.report(self.verp["r1@example.org"], "elsewhere@far.example")
        self.assertEqual(self.ingest(mail), {"counted": 1})
        self.assertEqual(self.standing("r1@example.org")[0], "suspended")

    def test_a_token_in_the_returned_message_of_a_report_is_not_taken(self):
        verp = self.verp["r1@example.org"]
        inner = (f"Return-Path: <{verp}>\nDelivered-To: {verp}\nTo: {verp}\n"
                 "From: x@far.example\nSubject: x\n\nWords.\n")
        mail = returned.report("bounce@news.example", "r1@example.org", returned=inner)
        self.assertEqual(self.ingest(mail), {"no_token": 1})
        self.assert_untouched(*self.people)

    def test_too_late_and_too_early_are_refused(self):
        mail = returned.report(self.verp["r1@example.org"], "r1@example.org")
        self.assertEqual(self.ingest(mail, "2026-12-20T07:10:00Z"), {"too_late": 1})
        self.instance.briefing("daily", "2026-11-23.txt", BRIEFING + "More of it.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-23",
                          now="2026-11-22T12:00:00Z")
        self.instance.run("queue", "hold", "--all", now="2026-11-22T12:00:00Z")
        for address in ("r1@example.org", "r2@example.org"):
            row, = self.instance.json("queue", "list", "newsletter=daily", "edition=2026-11-23",
                                      f"address={address}")
            verp = returned.sender(self.instance.dir, row["edition"], row["subscriber"])
            self.assertEqual(self.ingest(returned.report(verp, address), "2026-11-23T08:00:00Z"),
                             {"never_sent": 1})
        verp = returned.sender(self.instance.dir, 999, 1)  # an edition there never was
        self.assertEqual(self.ingest(returned.report(verp, "r0@example.org")), {"never_sent": 1})
        self.assert_untouched(*self.people)

    def test_a_token_made_from_the_key_is_the_token_we_send(self):
        row = self.instance.queue()["r1@example.org"]
        self.assertEqual(returned.sender(self.instance.dir, row["edition"], row["subscriber"]),
                         self.verp["r1@example.org"])

    def test_another_delimiter_and_domain(self):
        self.instance.configure("# bounce_address: bounce+TOKEN@news.example",
                                "bounce_address: return=TOKEN@back.news.example")
        self.send("2026-11-23")
        verp = self.verp["r1@example.org"]
        self.assertRegex(verp, r"\Areturn=[a-z2-7]+@back\.news\.example\Z")
        self.assertEqual(self.ingest(returned.report(verp, "r1@example.org"),
                                     "2026-11-23T09:00:00Z"), {"counted": 1})

    def test_a_retired_key_still_reads_what_it_made(self):
        keys = self.instance.dir / "conf" / "keys"
        (keys / "verp.key").rename(keys / "verp-1.key")
        (keys / "verp.key").write_text("ab" * 32 + "\n")
        (keys / "verp.key").chmod(0o600)
        old = self.verp["r1@example.org"]
        self.send("2026-11-23")
        self.assertEqual(self.ingest(returned.report(old, "r1@example.org"),
                                     "2026-11-23T09:00:00Z"), {"counted": 1})
        self.assertEqual(self.ingest(returned.report(self.verp["r2@example.org"], "r2@example.org"),
                                     "2026-11-23T09:00:00Z"), {"counted": 1})
        (keys / "verp-1.key").unlink()
        self.assertEqual(self.ingest(returned.report(old, "r1@example.org"),
                                     "2026-11-23T09:00:00Z"), {"forged": 1})


if __name__ == "__main__":
    unittest.main()
