"""Preferences of one newsletter as a reader lives with them: cadence as offered, pauses that end by
themselves, the basis of an agreement."""

import pathlib
import unittest

import sinks
import tidings

NOW = "2026-11-20T06:00:00Z"
BRIEFING = "The standfirst.\n\nThe lead has one paragraph, and that is all of it.\n"
BASIS = ("--confirmed", "--source", "told me by telephone")


class Choices(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))

    def json(self, *words, **options):
        return self.instance.json(*words, **options)

    def fails(self, status, *words, **options):
        done = self.instance.run(*words, check=False, **options)
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        return done.stderr

    def subscribe(self, email, *words, newsletter="daily"):
        return self.json("subscribe", email, "--newsletter", newsletter, *words, *BASIS)

    def set(self, email, *words, newsletter="daily", **options):
        return self.json("subscriber", "set", email, "--newsletter", newsletter, *words, **options)

    def only(self, email, **options):
        row, = [row for row in self.json("subscriber", "list", **options)
                if row["email"] == email]
        return row

    def assemble(self, date, now):
        self.instance.briefing("daily", f"{date}.txt", BRIEFING)
        return self.json("edition", "assemble", "daily", "--date", date, now=now)

    def send(self, now):
        return self.json("send", "--drain", now=now)

    def received(self):
        return sorted(address for mail in self.sink.mails for address in mail.recipients)

    # ---- cadence -----------------------------------------------------------------------------

    def test_a_cadence_is_taken_where_the_newsletter_offers_it(self):
        self.subscribe("ann@example.org", "--cadence", "daily", newsletter="live")
        self.assertEqual(self.only("ann@example.org")["cadence"], "daily")
        self.set("ann@example.org", "--cadence", "each", newsletter="live")
        self.assertEqual(self.only("ann@example.org")["cadence"], "each")
        self.subscribe("bob@example.org", newsletter="live")  # asks for none
        self.assertEqual(self.only("bob@example.org")["cadence"], "each")

    def test_a_cadence_that_is_not_offered_is_refused_at_every_door(self):
        self.subscribe("ann@example.org")
        words = "daily goes out each time only, not weekly"
        to_daily = ("--newsletter", "daily", "--cadence", "weekly")
        self.assertIn(words, self.fails(65, "subscriber", "set", "ann@example.org", *to_daily))
        self.assertIn(words, self.fails(65, "subscribe", "bob@example.org", *to_daily))
        path = self.instance.dir / "people.csv"
        path.write_text("email,newsletter,cadence\nann@example.org,daily,weekly\n"
                        "bob@example.org,live,weekly\n")
        taken = self.json("subscriber", "import", path, "--newsletter", "daily")
        errors = (self.instance.dir / taken["errors"]).read_text()
        self.assertEqual((taken["refused"], taken["updated"], taken["added"]), (2, 0, 0))
        self.assertIn(words, errors)
        self.assertIn("live is not sent weekly; it offers: each, daily", errors)
        shown = self.json("subscriber", "sync", path, "--newsletter", "daily")
        self.assertEqual([row["change"] for row in shown["differences"]], ["fault", "fault", "unsubscribe"])
        self.fails(65, "subscriber", "sync", path, "--newsletter", "daily", "--apply")
        incoming = self.instance.dir / "subscribers" / "incoming" / "people.csv"
        path.rename(incoming)
        self.instance.run("subscriber", "take-in")
        report, = (self.instance.dir / "subscribers" / "done").glob("*report*")
        self.assertIn(words, report.read_text())
        self.assertIn("live is not sent weekly", report.read_text())
        self.assertEqual(self.only("ann@example.org")["cadence"], "each")

    def test_cadences_of_the_configuration_are_checked_with_their_line(self):
        for newsletter, kind, cadences, key, words in [
                (2, "digest", "[daily, hourly, daily]", r"cadences\[1\]", '"hourly"'),
                (2, "digest", "[each, daily]", "cadences", "weekly goes out each time only"),
                (0, "briefing", "[each, weekly]", "cadences", "gathers: daily")]:
            with self.subTest(cadences):
                path = self.instance.dir / "conf" / "tidings.yaml"
                before = path.read_text()
                self.instance.configure(f"kind: {kind}\n", f"kind: {kind}\n    cadences: {cadences}\n")
                said = self.fails(78, "subscriber", "list")
                path.write_text(before)
                self.assertRegex(said, rf"tidings.yaml:\d+: newsletters\[{newsletter}\].{key}: .*{words}")
        self.instance.configure("    closes: 18:00\n", "")
        self.assertIn("who chooses daily gets everything at the close", self.fails(78, "subscriber", "list"))

    # ---- pauses ------------------------------------------------------------------------------

    def test_who_is_paused_is_skipped_with_the_reason_and_comes_back_by_themselves(self):
        for email in ("ann@example.org", "bob@example.org"):
            self.subscribe(email)
        self.assertEqual(self.set("ann@example.org", "--pause-until", "2026-11-23")["result"],
                         "updated")
        self.assertEqual(self.only("ann@example.org")["paused_until"], "2026-11-23T00:00:00Z")
        result = self.assemble("2026-11-20", NOW)
        self.assertEqual((result["messages"], result["skipped"]), (1, 1))
        row = self.instance.queue()["ann@example.org"]
        self.assertEqual((row["state"], row["reason"]), ("skipped", "paused"))
        self.send("2026-11-20T07:00:00Z")
        self.assertEqual(self.received(), ["bob@example.org"])
        self.assemble("2026-11-23", "2026-11-23T06:00:00Z")
        self.send("2026-11-23T07:00:00Z")
        self.assertEqual(self.received(), ["ann@example.org"] + 2 * ["bob@example.org"])
        person = self.json("subscriber", "show", "ann@example.org", now="2026-11-23T07:00:00Z")
        self.assertIsNone(person["subscriptions"][0]["paused_until"])

    def test_the_day_a_pause_ends_begins_where_the_reader_lives(self):
        self.subscribe("ann@example.org", "--timezone", "Pacific/Auckland", "--at", "01:00")
        self.set("ann@example.org", "--pause-until", "2026-11-22")
        self.assertEqual(self.only("ann@example.org")["paused_until"], "2026-11-21T11:00:00Z")
        # Hour 01:00 of the 21st in Auckland is the 20th, 12:00 in UTC; that of the 22nd comes after.
        self.assemble("2026-11-20", NOW)
        self.assertEqual(self.instance.queue()["ann@example.org"]["reason"], "paused")
        self.assemble("2026-11-21", "2026-11-21T06:00:00Z")
        self.assertEqual(self.instance.states("state=queued"), {"queued": 1})

    def test_a_pause_stops_what_is_queued_already_and_why_says_so(self):
        self.subscribe("ann@example.org")
        self.assemble("2026-11-20", NOW)
        self.set("ann@example.org", "--pause-until", "2026-12-01")
        message, = self.json("why", "ann@example.org")["messages"]
        self.assertEqual(message["limiter"], "paused")
        self.assertIn("2026-12-01T00:00:00Z", message["why"])
        self.send("2026-11-20T07:00:00Z")
        self.assertEqual(self.received(), [])
        row = self.instance.queue()["ann@example.org"]
        self.assertEqual((row["state"], row["reason"]), ("cancelled", "paused"))

    def test_resume_ends_a_pause_and_without_one_changes_nothing(self):
        self.subscribe("ann@example.org")
        self.assertEqual(self.set("ann@example.org", "--resume")["result"], "unchanged")
        self.set("ann@example.org", "--pause-until", "2026-12-01")
        text = self.instance.run("subscriber", "show", "ann@example.org").stdout
        self.assertIn("paused until 2026-12-01T00:00:00Z", text)
        self.assertEqual(self.set("ann@example.org", "--resume")["result"], "updated")
        self.assertIsNone(self.only("ann@example.org")["paused_until"])
        self.assemble("2026-11-20", NOW)
        self.send("2026-11-20T07:00:00Z")
        self.assertEqual(self.received(), ["ann@example.org"])

    def test_a_pause_must_end_in_the_future_on_a_day_that_there_is(self):
        self.subscribe("ann@example.org")
        words = ["subscriber", "set", "ann@example.org", "--newsletter", "daily"]
        self.assertIn("still to come", self.fails(1, *words, "--pause-until", "2026-11-20"))
        self.assertIn("not a day", self.fails(64, *words, "--pause-until", "2026-02-30"))
        self.fails(64, *words, "--pause-until", "2026-12-01", "--resume")

    def test_who_unsubscribed_while_paused_and_comes_back_is_not_paused_any_more(self):
        self.subscribe("ann@example.org")
        self.set("ann@example.org", "--pause-until", "2026-12-01")
        self.instance.run("unsubscribe", "ann@example.org")
        self.subscribe("ann@example.org")
        self.assertIsNone(self.only("ann@example.org")["paused_until"])

    def test_choices_count_from_the_next_edition(self):
        self.subscribe("ann@example.org", "--format", "html")
        self.assemble("2026-11-20", NOW)
        self.set("ann@example.org", "--format", "text")
        self.send("2026-11-20T07:00:00Z")
        self.assemble("2026-11-21", "2026-11-21T06:00:00Z")
        self.send("2026-11-21T07:00:00Z")
        first, second = [b"text/html" in mail.content for mail in self.sink.mails]
        self.assertEqual((first, second), (True, False))

    # ---- the first one -----------------------------------------------------------------------

    def first(self, now, *words, **options):
        result = self.json("subscribe", "ann@example.org", "--newsletter", "daily", *words, *BASIS,
                           now=now, **options)
        return result["first"]

    def test_subscribing_says_when_the_first_one_comes(self):
        """Weekdays at 07:00 in London; 2026-11-20 is a Friday."""
        early, late = "2026-11-20T05:00:00Z", "2026-11-20T08:00:00Z"
        self.assertEqual(self.first(early), "2026-11-20T07:00:00+00:00")
        self.assertEqual(self.first(late), "2026-11-23T07:00:00+00:00")
        self.assertEqual(self.first(late, "--at", "06:30"), "2026-11-24T06:30:00+00:00")
        self.assertEqual(self.first(late, "--at", "09:15", "--timezone", "America/New_York"),
                         "2026-11-23T09:15:00-05:00")
        done = self.instance.run("subscriber", "set", "ann@example.org", "--newsletter", "daily",
                                 "--at", "10:00", now=late)
        self.assertIn("The next one comes on Monday 23 November 2026 at 10:00 "
                      "(America/New_York).", done.stdout)
        result = self.set("ann@example.org", "--pause-until", "2026-11-26", now=late)
        self.assertEqual(result["first"], "2026-11-26T10:00:00-05:00")

    def test_what_it_says_is_what_comes(self):
        self.assertEqual(self.first("2026-11-21T12:00:00Z", "--at", "08:15", "--timezone", "Europe/Athens"),
                         "2026-11-24T08:15:00+02:00")
        self.assemble("2026-11-23", "2026-11-23T06:00:00Z")
        due, = [row["due"] for row in self.instance.queue("newsletter=daily").values()]
        self.assertEqual(due, "2026-11-24T06:15:00Z")

    def test_an_issue_that_is_frozen_is_none_to_come_and_a_late_one_is(self):
        """Assembled at 06:30, waited for until 07:00."""
        self.assertEqual(self.first("2026-11-23T06:45:00Z"), "2026-11-23T07:00:00+00:00")
        self.assertEqual(self.first("2026-11-23T06:45:00Z", "--at", "06:50"), "2026-11-24T06:50:00+00:00")
        self.assertEqual(self.first("2026-11-23T06:59:00Z", "--at", "09:00"), "2026-11-23T09:00:00+00:00")
        self.assertEqual(self.first("2026-11-23T07:00:00Z"), "2026-11-24T09:00:00+00:00")
        self.assemble("2026-11-23", "2026-11-22T20:00:00Z")  # by hand, the evening before
        self.assertEqual(self.first("2026-11-22T20:30:00Z"), "2026-11-24T09:00:00+00:00")

    def words(self, *words, newsletter="live", email="ann@example.org"):
        done = self.instance.run("subscribe", email, "--newsletter", newsletter, *words, *BASIS)
        result = self.json("subscribe", email, "--newsletter", newsletter, *BASIS)
        self.assertIsNone(result["first"])
        self.assertIn(result["first_words"], done.stdout)
        return result["first_words"]

    def test_of_a_live_blog_it_says_at_which_hours_something_may_come(self):
        self.assertEqual(self.words(), "On days with a live blog what is new for them comes at 09:00, "
                                       "12:00, 15:00 and 18:00 (Europe/London).")
        self.assertEqual(self.words("--cadence", "daily"), "On days with a live blog all of it comes in "
                                                           "one, at its close at 18:00 (Europe/London).")
        self.instance.configure("# digest_after: 10", "digest_after: 10")
        self.assertIn("18:00 (Europe/London), and as soon as 10 entries are new. Each waits for their own "
                      "hour, 20:00 (Europe/Paris).",
                      self.words("--at", "20:00", "--timezone", "Europe/Paris", email="bob@example.org"))

    def test_of_one_that_goes_out_by_hand_it_says_so(self):
        self.instance.configure("    schedule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\n", "")
        path = self.instance.dir / "conf" / "tidings.yaml"
        path.write_text(path.read_text().replace("    assemble_at: 06:30\n", "", 1))
        self.assertIn("the next that is assembled by hand", self.words(newsletter="daily"))
        result = self.set("ann@example.org", "--pause-until", "2026-11-26")
        self.assertTrue(result["first_words"].endswith("Nothing comes before their pause is over."))

    def test_of_a_schedule_that_has_ended_too(self):
        self.instance.configure("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=DAILY;UNTIL=20261101\n"
                                "    starts: 2026-10-01")
        self.assertIn("No day is left", self.words(newsletter="daily"))

    # ---- basis -------------------------------------------------------------------------------

    def consent(self, email):
        return [(line["event"], line["basis"], line["source"])
                for line in self.json("subscriber", "show", email)["consent"]]

    def test_the_basis_stands_in_the_ledger(self):
        self.subscribe("ann@example.org")
        self.assertEqual(self.consent("ann@example.org"),
                         [("stated", "consent", "told me by telephone")])
        self.json("subscribe", "bob@example.org", "--newsletter", "daily", "--confirmed",
                  "--source", "bought a report", "--basis", "soft-opt-in")
        self.assertEqual(self.consent("bob@example.org"),
                         [("stated", "soft-opt-in", "bought a report")])
        self.json("subscribe", "eve@example.org", "--newsletter", "daily")
        self.assertEqual(self.consent("eve@example.org"), [("subscribed", None, None)])
        for words in (["--basis", "consent"],
                      ["--confirmed", "--source", "x", "--basis", "hearsay"]):
            self.fails(64, "subscribe", "x@example.org", "--newsletter", "daily", *words)

    def test_rows_of_an_import_may_state_their_own_basis_where_the_operator_vouches(self):
        path = self.instance.dir / "people.csv"
        path.write_text("email,basis,source\n"
                        "ann@example.org,soft-opt-in,order 17\n"
                        "bob@example.org,,\n"
                        "eve@example.org,consent,\n"
                        "kim@example.org,,a form\n"
                        "lee@example.org,hearsay,a form\n")
        result = self.json("subscriber", "import", path, "--newsletter", "daily", "--confirmed",
                           "--source", "the shop", "--basis", "consent")
        self.assertEqual((result["added"], result["refused"]), (2, 3))
        self.assertEqual(self.consent("ann@example.org"), [("stated", "soft-opt-in", "order 17")])
        self.assertEqual(self.consent("bob@example.org"), [("stated", "consent", "the shop")])
        path.write_text("email,basis,source\nzoe@example.org,consent,a form\n")
        result = self.json("subscriber", "import", path, "--newsletter", "daily")
        self.assertEqual((result["added"], result["refused"]), (0, 1))
        errors = pathlib.Path(result["errors"]).read_text(encoding="utf-8")
        self.assertIn('2,"this file may not state a basis"', errors)

    def test_a_source_that_would_be_a_header_is_refused_with_its_line(self):
        path = self.instance.dir / "people.csv"
        path.write_text('email,basis,source,name,topics\n'
                        '"ann@example.org",consent,"a form\r\nBcc: x@example.org",,\n'
                        'ann@example.org,consent,a%0d%0aBcc: x@example.org,,\n'
                        'ann@example.org,consent,=?utf-8?q?=0d=0aBcc?=,,\n'
                        'ann@example.org,consent,a form,"Ann\nBcc: x",\n'
                        'ann@example.org,consent,a form,,"finance\nBcc:x"\n')
        result = self.json("subscriber", "import", path, "--newsletter", "daily", "--confirmed",
                           "--source", "the shop")
        self.assertEqual((result["added"], result["refused"]), (0, 5))
        errors = pathlib.Path(result["errors"]).read_text(encoding="utf-8")
        for line, why in ((2, "control character in source"), (4, "encoded characters in source"),
                          (5, "encoded characters in source"), (6, "control character in name"),
                          (8, "topics")):
            self.assertRegex(errors, rf'(?m)^{line},"{why}')


if __name__ == "__main__":
    unittest.main()
