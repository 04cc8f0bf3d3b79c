"""The schedule: what it foresees, and what the scheduler does when its hour comes and the editor has
written, or has not."""

import calendar
import datetime
import hashlib
import sqlite3
import subprocess
import threading
import unittest
import zoneinfo

import mails
import sinks
import tidings
from smalldisk import SmallDisk

DATE = "2026-11-20"  # a Friday
BRIEFING = "What happened.\n\nThe first story is a long one, as first stories are.\n"
NO_RELAY = 9
HOLIDAYS = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tidings//test//EN",
    "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261226",
    "SUMMARY:Christmas Day", "END:VEVENT",
    "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261228", "DTEND;VALUE=DATE:20261229",
    "SUMMARY:Boxing Day (substitute day)", "END:VEVENT",
    "END:VCALENDAR", ""])


class Case(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(NO_RELAY, now=f"{DATE}T06:00:00Z"))

    def at(self, hour, *words, **more):
        """The deeds of `schedule run` at that hour of the day, by newsletter."""
        now = hour if "T" in hour else f"{DATE}T{hour}Z"
        deeds = self.instance.json("schedule", "run", *words, now=now, **more)
        return [(row["newsletter"], row["deed"]) for row in deeds if row["newsletter"] == "daily"]

    def editions(self):
        return self.instance.json("edition", "list")

    def key(self, lines, newsletter="daily"):
        """Keys more for the newsletter daily (or weekly, by its title)."""
        title = {"daily": "The Daily Briefing", "weekly": "The Week"}[newsletter]
        self.instance.configure(f"title: {title}\n", f"title: {title}\n    {lines}\n")


def first_at(name, day, hour):
    """The first moment of the day at which the clocks of the zone show that hour, or go over it."""
    zone = zoneinfo.ZoneInfo(name)
    wanted = datetime.datetime.combine(day, datetime.time.fromisoformat(hour))
    there = wanted.replace(tzinfo=zone).astimezone(datetime.timezone.utc)
    if there.astimezone(zone).replace(tzinfo=None) == wanted:
        return there.astimezone(zone)
    there -= datetime.timedelta(hours=3)
    while there.astimezone(zone).replace(tzinfo=None) < wanted:
        there += datetime.timedelta(minutes=1)
    return there.astimezone(zone)


class Preview(Case):
    def preview(self, *words, **more):
        return self.instance.json("schedule", "preview", *words, **more)

    def test_400_days_are_what_python_says_they_are(self):
        (self.instance.dir / "conf" / "uk.ics").write_text(HOLIDAYS, newline="")
        self.key("holidays: [conf/uk.ics]")
        london = zoneinfo.ZoneInfo("Europe/London")
        off = {"2026-12-25": "Christmas Day", "2026-12-28": "Boxing Day (substitute day)"}
        first = datetime.date(2026, 11, 20)
        expected = []
        for day in (first + datetime.timedelta(n) for n in range(400)):
            if day.weekday() < 5:
                local = datetime.datetime.combine(day, datetime.time(7), london)
                utc = local.astimezone(datetime.timezone.utc)
                expected.append(("daily", str(day), local.isoformat(),
                                 utc.strftime("%Y-%m-%dT%H:%M:%SZ"), "Europe/London",
                                 "skip" if str(day) in off else "send", off.get(str(day))))
        rows = self.preview("--days", "400", "--newsletter", "daily")
        self.assertEqual([(row["newsletter"], row["date"], row["local"], row["utc"], row["zone"],
                           row["action"], row["reason"]) for row in rows], expected)
        self.assertIn("+01:00", rows[200]["local"])

    def test_so_are_they_in_other_zones_at_hours_that_come_twice_or_not_at_all(self):
        self.instance.configure("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\n", "FREQ=DAILY\n")
        self.instance.configure("assemble_at: 06:30\n\n    # Without", "# the default\n\n    # Without")
        before = "zone: Europe/London\n    at: 07:00\n    valid_for: 10h"
        for name, hour in [("Europe/London", "01:30"), ("America/New_York", "02:15"),
                           ("Australia/Lord_Howe", "02:15"), ("Asia/Kathmandu", "02:15"),
                           ("Africa/Casablanca", "02:15"), ("Pacific/Apia", "02:15"),
                           ("America/Santiago", "00:15")]:
            keys = f"zone: {name}\n    at: {hour}\n    valid_for: 10h"
            self.instance.configure(before, keys)
            before = keys
            expected = [first_at(name, datetime.date(2026, 11, 20) + datetime.timedelta(n), hour)
                        for n in range(400)]
            rows = self.preview("--days", "400", "--newsletter", "daily")
            self.assertEqual([row["local"] for row in rows], [when.isoformat() for when in expected])
            self.assertEqual([row["utc"] for row in rows],
                             [when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                              for when in expected])
            self.assertEqual([row["date"] for row in rows if row["reason"]],
                             [str(when.date()) for when in expected if when.strftime("%H:%M") != hour])

    def test_all_newsletters_stand_in_the_order_of_time(self):
        rows = self.preview("--days", "30")
        self.assertEqual({row["newsletter"] for row in rows}, {"daily", "live", "weekly"})
        self.assertEqual([row["utc"] for row in rows], sorted(row["utc"] for row in rows))
        self.assertTrue(all(calendar.weekday(*map(int, row["date"].split("-"))) == 5
                            for row in rows if row["newsletter"] == "weekly"))

    def test_an_hour_that_the_clocks_go_over_is_told(self):
        self.instance.configure("at: 07:00\n    valid_for: 10h", "at: 01:30\n    valid_for: 10h")
        self.instance.configure("schedule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "schedule: FREQ=DAILY")
        rows = {row["date"]: row for row in
                self.preview("--days", "3", "--newsletter", "daily", now="2027-03-27T00:00:00Z")}
        self.assertEqual(rows["2027-03-28"]["local"], "2027-03-28T02:00:00+01:00")
        self.assertIn("clocks", rows["2027-03-28"]["reason"])
        self.assertIsNone(rows["2027-03-29"]["reason"])
        rows = {row["date"]: row for row in
                self.preview("--days", "3", "--newsletter", "daily", now="2026-10-24T00:00:00Z")}
        self.assertEqual(rows["2026-10-25"]["utc"], "2026-10-25T00:30:00Z")  # the first 01:30

    def test_a_live_blog_goes_out_at_hours_of_its_own(self):
        rows = self.preview("--days", "1", "--newsletter", "live")
        self.assertEqual([(row["local"][11:16], row["kind"]) for row in rows],
                         [("09:00", "digest"), ("12:00", "digest"), ("15:00", "digest"),
                          ("18:00", "close")])

    def test_needs_no_database(self):
        self.preview()
        self.assertEqual(list((self.instance.dir / "queue").glob("*.db")), [])

    def test_refuses_what_is_no_number_of_days_or_no_newsletter(self):
        for words, code in ((("--days", "0"), 64), (("--days", "x"), 64),
                            (("--newsletter", "dayly"), 66)):
            done = self.instance.run("schedule", "preview", *words, check=False)
            self.assertEqual(done.returncode, code, done.stderr)

    def test_list_names_rule_hours_and_the_next_issue(self):
        rows = {row["newsletter"]: row for row in self.instance.json("schedule", "list")}
        self.assertEqual(rows["daily"]["next"], f"{DATE}T07:00:00+00:00")
        self.assertEqual((rows["daily"]["assemble_at"], rows["daily"]["wait_until"],
                          rows["daily"]["at"]), ("06:30", "07:00", "07:00"))
        self.assertIsNone(rows["live"]["schedule"])
        self.assertEqual(rows["live"]["next"], f"{DATE}T09:00:00+00:00")
        text = self.instance.run("schedule", "list").stdout
        self.assertIn("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", text)


class Configuration(Case):
    def faults(self, code=78):
        done = self.instance.run("check", check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def line_of(self, text):
        lines = (self.instance.dir / "conf" / "tidings.yaml").read_text().splitlines()
        return 1 + next(i for i, line in enumerate(lines) if text in line)

    def test_a_rule_that_is_none_is_told_with_its_line(self):
        self.instance.configure("BYDAY=SA", "BYDAY=SAT")
        said = self.faults()
        self.assertIn(f":{self.line_of('BYDAY=SAT')}:", said)
        self.assertIn("newsletters[2].schedule", said)

    def test_weeks_by_number_are_refused(self):
        self.instance.configure("FREQ=WEEKLY;BYDAY=SA", "FREQ=YEARLY;BYWEEKNO=3")
        self.assertIn("BYWEEKNO", self.faults())

    def test_a_calendar_is_told_with_its_line_and_that_of_the_key(self):
        self.key("holidays: [conf/uk.ics]")
        self.assertIn("conf/uk.ics", self.faults())  # it is not there
        bad = HOLIDAYS.replace("DTSTART;VALUE=DATE:20261228", "DTSTART;VALUE=DATE:20261328")
        (self.instance.dir / "conf" / "uk.ics").write_text(bad, newline="")
        said = self.faults()
        self.assertIn("conf/uk.ics: line 9: DTSTART", said)
        self.assertIn(f":{self.line_of('holidays: [conf/uk.ics]')}:", said)

    def test_a_calendar_that_runs_out_is_told(self):
        self.key("holidays: [conf/uk.ics]")
        (self.instance.dir / "conf" / "uk.ics").write_text(HOLIDAYS, newline="")
        self.assertNotIn("day off", self.faults(0))
        self.instance.now = "2026-12-10T06:00:00Z"
        self.assertIn("the last day off in them is 2026-12-28", self.faults(0))

    def test_a_huge_calendar_is_refused_at_once(self):
        self.key("holidays: [conf/uk.ics]")
        (self.instance.dir / "conf" / "uk.ics").write_text(
            "BEGIN:VCALENDAR\nX-A:" + "x" * 20_000_000 + "\nEND:VCALENDAR\n")
        self.assertIn("larger", self.faults())

    def test_hours_that_are_none_and_keys_that_say_nothing(self):
        self.instance.configure("assemble_at: 06:30\n\n", "assemble_at: 6.30\n\n")
        self.assertIn("assemble_at", self.faults())
        self.instance.configure("assemble_at: 6.30\n\n", "")
        self.key("wait_until: 25:00")
        self.assertIn("wait_until", self.faults())
        self.instance.configure("wait_until: 25:00", "approval: perhaps")
        self.assertIn("approval", self.faults())
        self.instance.configure("approval: perhaps", "starts: tomorrow")
        self.assertIn("starts", self.faults())
        self.instance.configure("starts: tomorrow", "approval: none")
        self.instance.configure("    title: Live\n", "    title: Live\n    holidays: [x.ics]\n")
        self.assertIn("newsletters[1].holidays", self.faults())
        self.instance.configure("    holidays: [x.ics]\n", "    wait_until: 10:00\n")
        self.assertIn("newsletters[1].wait_until", self.faults())
        self.instance.configure("    wait_until: 10:00\n", "    max_lateness: 30m\n")
        self.instance.run("schedule", "list")  # of digests and alerts it says something

    def test_how_late_a_digest_and_an_alert_may_be_is_said_without_a_schedule(self):
        self.instance.configure("    title: Live\n", "    title: Live\n    max_lateness: 30m\n")
        self.instance.run("schedule", "run", now=f"{DATE}T06:00:00Z")
        self.instance.briefing("live", f"{DATE}.txt", "8.31am The news of the morning is this one.\n")
        rows = self.instance.json("schedule", "run", now=f"{DATE}T09:31:00Z")
        self.assertEqual([row["deed"] for row in rows if row["newsletter"] == "live"], ["held"])


class Editor(Case):
    """What the scheduler does with an editor who is in time, late, unfinished or too fast."""

    def setUp(self):
        super().setUp()
        self.instance.subscribe([{"email": "a@example.org"}, {"email": "b@example.org"}])
        self.at("06:00:00")  # from now on the scheduler looks after it

    def test_in_time(self):
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("06:29:59"), [])
        self.assertEqual(self.at("06:30:00"), [("daily", "assembled")])
        self.assertEqual(self.at("06:30:00"), [])
        self.assertEqual(self.at("07:30:00"), [])
        self.assertEqual({row["due"] for row in self.instance.queue().values()},
                         {f"{DATE}T07:00:00Z"})
        self.assertEqual(len(self.editions()), 1)

    def test_a_zone_that_is_no_more_keeps_nobody_waiting(self):
        self.instance.subscribe([{"email": "c@example.org", "timezone": "America/New_York",
                                  "at": "08:00"}])
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:  # as a system forgets it
            db.execute("UPDATE prefs SET zone = 'US/Nowhere' WHERE zone = 'America/New_York'")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        done = self.instance.run("schedule", "run", now=f"{DATE}T06:30:00Z")
        self.assertIn("US/Nowhere", done.stderr)
        self.assertEqual({who: row["due"] for who, row in self.instance.queue().items()},
                         {"a@example.org": f"{DATE}T07:00:00Z", "b@example.org": f"{DATE}T07:00:00Z",
                          "c@example.org": f"{DATE}T08:00:00Z"})

    def test_late_but_before_the_waiting_is_over(self):
        self.assertEqual(self.at("06:30:00"), [("daily", "waiting")])
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("06:59:59"), [("daily", "assembled")])

    def test_too_late_is_skipped_told_once_and_for_good(self):
        self.assertEqual(self.at("06:59:59"), [("daily", "waiting")])
        done = self.instance.run("schedule", "run", now=f"{DATE}T07:00:00Z")
        self.assertIn("skipped", done.stdout)
        self.assertIn("deed=skipped", done.stderr)
        self.assertIn("level=warn", done.stderr)
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("07:00:05"), [])
        self.assertEqual(self.editions(), [])
        self.instance.run("edition", "assemble", "daily", now=f"{DATE}T07:30:00Z")  # by hand it goes
        self.assertEqual(len(self.editions()), 1)

    def test_waits_as_long_as_it_is_told(self):
        self.key("wait_until: 08:15")
        self.assertEqual(self.at("08:14:59"), [("daily", "waiting")])
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("08:14:59"), [("daily", "assembled")])
        due = {row["due"] for row in self.instance.queue().values()}
        self.assertLess(max(due), f"{DATE}T08:16:00Z")  # at once, not tomorrow

    def test_a_draft_is_not_sent(self):
        self.instance.briefing("daily", f"{DATE}.md", f"---\ndraft: true\n---\n\n{BRIEFING}")
        self.assertEqual(self.at("06:30:00"), [("daily", "waiting")])
        deeds = self.instance.json("schedule", "run", now=f"{DATE}T07:00:00Z")
        self.assertEqual([row["deed"] for row in deeds], ["skipped"])
        self.assertIn("draft", deeds[0]["reason"])
        self.assertEqual(self.editions(), [])

    def test_a_briefing_with_a_fault_is_waited_for(self):
        self.instance.briefing("daily", f"{DATE}.md", f"{BRIEFING}\n## A {{.nonsuch}}\n\nText.\n")
        deeds = self.instance.json("schedule", "run", now=f"{DATE}T06:31:00Z")
        self.assertEqual([row["deed"] for row in deeds], ["waiting"])
        self.assertIn("nonsuch", deeds[0]["reason"])
        self.instance.briefing("daily", f"{DATE}.md", BRIEFING)
        self.assertEqual(self.at("06:32:00"), [("daily", "assembled")])

    def test_a_file_that_is_being_written_is_waited_for_and_taken_whole(self):
        half, rest = BRIEFING[:len(BRIEFING) // 2], BRIEFING[len(BRIEFING) // 2:]
        path = self.instance.briefing("daily", f"{DATE}.txt", half)
        with path.open("a", encoding="utf-8") as editor:
            deeds = self.instance.json("schedule", "run", now=f"{DATE}T06:30:00Z")
            self.assertEqual([row["deed"] for row in deeds], ["waiting"])
            self.assertIn("being written", deeds[0]["reason"])
            editor.write(rest)
        self.assertEqual(self.at("06:30:05"), [("daily", "assembled")])
        self.assertEqual(self.at("06:30:10"), [])  # nor is it said to have changed

    def test_two_files_for_one_day_are_waited_for(self):
        for ending in ("md", "txt"):
            self.instance.briefing("daily", f"{DATE}.{ending}", BRIEFING)
        self.assertEqual(self.at("06:30:00"), [("daily", "waiting")])

    def test_a_file_changed_after_freezing_is_told_once_and_not_used(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        path.write_text(BRIEFING.replace("long", "short"), encoding="utf-8")
        self.assertEqual(self.at("06:40:00"), [("daily", "changed")])
        self.assertEqual(self.at("06:40:05"), [])
        shown = self.instance.json("edition", "show", str(self.editions()[0]["edition"]))
        self.assertIn("long", self.frozen(shown["edition"]))

    def test_a_second_file_or_none_is_a_change_too(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        twin = self.instance.copy()
        path.unlink()
        self.assertEqual(self.at("06:31:00"), [("daily", "changed")])
        twin.briefing("daily", f"{DATE}.md", BRIEFING)
        self.assertEqual([row["deed"] for row in twin.json("schedule", "run", now=f"{DATE}T06:31:00Z")],
                         ["changed"])

    def test_what_stands_in_for_it_is_watched_anew(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        path.write_text(BRIEFING.replace("long", "short"), encoding="utf-8")
        self.assertEqual(self.at("06:35:00"), [("daily", "changed")])
        self.instance.run("edition", "assemble", "daily", "--date", DATE, "--replace",
                          now=f"{DATE}T06:40:00Z")
        self.assertEqual(self.at("06:41:00"), [])
        path.write_text(BRIEFING.replace("long", "dull"), encoding="utf-8")
        self.assertEqual(self.at("06:45:00"), [("daily", "changed")])
        self.assertEqual(self.at("06:45:05"), [])

    def test_a_cancelled_one_is_not_watched(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        self.instance.run("edition", "cancel", DATE)
        path.unlink()
        self.assertEqual(self.at("06:31:00"), [])

    def frozen(self, edition):
        import zlib
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            blob = db.execute("SELECT source FROM edition WHERE id = ?", [edition]).fetchone()[0]
        for skip in range(0, 16):  # the size stands before the deflated bytes
            for bits in (15, -15):
                try:
                    return zlib.decompress(blob[skip:], bits).decode()
                except (zlib.error, UnicodeDecodeError):
                    continue
        raise AssertionError("cannot read the frozen source")

    def test_a_day_off_is_no_day_to_wait(self):
        (self.instance.dir / "conf" / "uk.ics").write_text(
            HOLIDAYS.replace("20261225", "20261120"), newline="")
        self.key("holidays: [conf/uk.ics]")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("06:59:00") + self.at("07:00:00"), [])
        self.assertEqual(self.editions(), [])

    def test_nor_is_a_weekend(self):
        self.instance.briefing("daily", "2026-11-21.txt", BRIEFING)
        self.assertEqual(self.at("2026-11-21T07:00:00Z"), [("daily", "missed")])  # Friday's
        self.assertEqual(self.editions(), [])


class Approval(Case):
    def test_an_edition_waits_for_its_release(self):
        self.instance.subscribe([{"email": "a@example.org"}])
        self.key("approval: required")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.assertEqual(self.at("06:30:00"), [("daily", "approval")])
        edition = str(self.editions()[0]["edition"])
        self.assertEqual(self.editions()[0]["held"], 1)
        sent = self.instance.json("send", "--drain", now=f"{DATE}T07:00:01Z")
        self.assertEqual(sent["sent"] + sent["deferred"] + sent["failed"], 0)
        self.instance.run("edition", "release", edition, now=f"{DATE}T07:01:00Z")
        self.assertEqual(self.editions()[0]["held"], 0)
        self.assertEqual(self.at("07:02:00"), [])
        self.assertEqual(self.editions()[0]["held"], 0)

    def test_a_file_changed_while_it_waits_is_told_after_its_hour_too(self):
        self.instance.subscribe([{"email": "a@example.org"}])
        self.key("approval: required")
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        self.assertEqual(self.at("07:00:00"), [("daily", "overdue")])
        path.write_text(BRIEFING.replace("long", "short"), encoding="utf-8")
        twin = self.instance.copy()
        self.assertEqual(self.at("07:10:00"), [("daily", "changed")])
        self.assertEqual(self.at("07:10:05"), [])
        done = twin.run("edition", "release", DATE, now=f"{DATE}T07:10:00Z")
        self.assertIn("has changed since", done.stderr)
        self.assertEqual(twin.json("schedule", "run", now=f"{DATE}T07:11:30Z"), [])

    def test_an_approval_that_comes_too_late_says_so(self):
        self.instance.subscribe([{"email": "a@example.org"}, {"email": "b@example.org"}])
        self.key("approval: required")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        twin = self.instance.copy()
        done = twin.run("edition", "release", DATE, now=f"{DATE}T16:59:00Z")  # due 07:00, for 10 hours
        self.assertNotIn("warning", done.stderr)
        done = self.instance.run("edition", "release", DATE, now=f"{DATE}T17:00:01Z")
        self.assertIn("2 messages are past their deadline", done.stderr)

    def test_by_hand_too(self):
        self.key("approval: required")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        done = self.instance.json("edition", "assemble", "daily", "--date", DATE)
        self.assertTrue(done["held"])


class Late(Case):
    """A machine that was down."""

    def setUp(self):
        super().setUp()
        self.instance.subscribe([{"email": "a@example.org"}])
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)

    def test_within_max_lateness_it_goes_out(self):
        self.at("06:00:00")
        self.assertEqual(self.at("08:59:00"), [("daily", "assembled")])
        self.assertEqual(self.editions()[0]["held"], 0)

    def test_later_it_is_held(self):
        self.at("06:00:00")
        self.assertEqual(self.at("09:00:01"), [("daily", "held")])
        self.assertEqual(self.editions()[0]["held"], 1)
        self.assertEqual(self.at("09:00:02"), [])

    def test_when_nobody_would_get_it_any_more_it_is_missed(self):
        self.at("06:00:00")
        self.assertEqual(self.at("17:00:01"), [("daily", "missed")])
        self.assertEqual(self.editions(), [])
        self.assertEqual(self.at("17:00:02"), [])

    def test_what_was_before_its_time_is_not_its_affair(self):
        self.assertEqual(self.at("2026-11-22T12:00:00Z"), [])
        self.assertEqual(self.editions(), [])

    def test_nor_is_a_morning_that_was_over_when_it_was_first_started(self):
        self.assertEqual(self.at("12:00:00"), [])  # it would be held, for somebody to wonder at
        self.assertEqual(self.editions(), [])

    def test_every_day_that_was_missed_is_told(self):
        self.at("06:00:00")
        for day in ("2026-11-23", "2026-11-24"):
            self.instance.briefing("daily", f"{day}.txt", BRIEFING)
        self.assertEqual(self.at("2026-11-24T08:00:00Z"),
                         [("daily", "missed"), ("daily", "missed"), ("daily", "assembled")])


class Operator(Case):
    """Who is told by mail when a person is needed."""

    def setUp(self):
        super().setUp()
        self.instance.configure("  # operator: desk@news.example", "  operator: desk@news.example")
        self.instance.subscribe([{"email": "a@example.org"}])

    def reports(self, now):
        """(subject, text) of each mail to the operator, sent at that hour."""
        with sinks.PySink() as sink:
            self.instance.relay(sink.port)
            self.instance.run("send", "--drain", now=f"{DATE}T{now}Z")
            found = [mails.decode(mail.content) for mail in sink.mails
                     if mail.recipients == ["desk@news.example"]]
        return [(mail["Subject"], " ".join(mails.text_of(mail).split())) for mail in found]

    def test_is_told_of_a_day_that_is_skipped_once(self):
        self.at("06:00:00")
        self.at("06:31:00")
        self.assertEqual(self.reports("06:32:00"), [])
        self.at("07:00:00")
        self.at("07:00:10")
        (subject, text), = self.reports("07:01:00")
        self.assertIn("The Daily Briefing 2026-11-20: nothing to send", subject)
        self.assertIn("2026-11-20.md", text)
        self.assertIn("tidings edition assemble daily --date 2026-11-20", text)
        self.assertEqual(self.reports("07:02:00"), [])

    def test_and_of_what_waits_for_approval(self):
        self.key("approval: required")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        (subject, text), = self.reports("06:31:00")
        self.assertIn("waits for your approval", subject)
        self.assertIn("tidings edition release 1", text)

    def test_and_again_when_its_hour_comes_without_it_once(self):
        self.key("approval: required")
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        self.assertEqual(len(self.reports("06:31:00")), 1)
        self.assertEqual(self.at("06:59:59"), [])
        self.assertEqual(self.at("07:00:00"), [("daily", "overdue")])
        self.assertEqual(self.at("07:00:10"), [])
        (subject, text), = self.reports("07:01:00")
        self.assertIn("still waits for your approval", subject)
        self.assertIn("tidings edition release 1", text)
        self.assertEqual(self.reports("07:02:00"), [])

    def test_but_not_of_what_was_released_or_cancelled_by_then(self):
        self.key("approval: required")
        for day, deed in ((DATE, "release"), ("2026-11-23", "cancel")):
            self.instance.briefing("daily", f"{day}.txt", BRIEFING)
            self.at(f"{day}T06:30:00Z")
            edition = next(row["edition"] for row in self.editions() if row["newsletter"] == "daily")
            self.instance.run("edition", deed, str(edition), now=f"{day}T06:40:00Z")
            self.assertEqual(self.at(f"{day}T07:00:00Z"), [], deed)

    def test_and_of_a_file_that_changed_too_late(self):
        path = self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        self.at("06:30:00")
        path.write_text(BRIEFING + "And more.\n", encoding="utf-8")
        self.at("06:40:00")
        (subject, text), = self.reports("06:41:00")
        self.assertIn("the file has changed", subject)
        self.assertIn("--replace", text)

    def test_an_address_that_is_none_is_a_fault(self):
        self.instance.configure("operator: desk@news.example", "operator: desk")
        done = self.instance.run("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("publisher.operator", done.stdout + done.stderr)


class Twice(Case):
    def setUp(self):
        super().setUp()
        self.instance.subscribe([{"email": f"r{i}@example.org"} for i in range(300)])
        self.at("06:00:00")

    def test_schedulers_side_by_side_do_everything_once(self):
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        said = []
        threads = [threading.Thread(target=lambda: said.extend(self.at("06:45:00")))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([deed for deed in said if deed[1] != "trouble"], [("daily", "assembled")])
        self.assertEqual(len(self.editions()), 1)
        self.assertEqual(self.instance.states(), {"queued": 300})

    def test_and_tell_everything_once(self):
        said = []
        threads = [threading.Thread(target=lambda: said.extend(self.at("07:00:00")))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(said, [("daily", "skipped")])

    def test_a_killed_scheduler_goes_on_where_it_was(self):
        self.instance.briefing("daily", f"{DATE}.txt", BRIEFING)
        crashes = 0
        for n in range(1, 60):
            done = subprocess.run(
                [tidings.BINARY, "-C", self.instance.dir, "--now", f"{DATE}T06:45:00Z", "schedule",
                 "run"], env={"TIDINGS_CRASH_AT": str(n)}, capture_output=True, check=False)
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 99, done.stderr)
            crashes += 1
        self.assertGreater(crashes, 2)
        self.assertEqual(len(self.editions()), 1)
        self.assertEqual(self.instance.states(), {"queued": 300})
        self.assertEqual(self.at("06:45:01"), [])


class FullDisk(Case):
    def test_an_issue_that_finds_no_room_at_its_hour_is_not_given_up(self):
        """What is too large to be stored fails, and the small row that would skip the day has room."""
        disk = SmallDisk(self, self.instance.dir / "queue")
        self.instance.subscribe([{"email": "ann@example.org"}])
        noise = hashlib.sha256()
        words = []
        for n in range(40000):  # hardly smaller when it is deflated
            noise.update(b"%d" % n)
            words.append(noise.hexdigest()[:12] + ("\n\n" if n % 40 == 39 else " "))
        self.instance.briefing("daily", f"{DATE}.txt", "What happened.\n\n" + "".join(words) + ".\n")
        disk.fill(spare=400 * 1024)
        self.assertEqual(self.at("07:00:00", check=False), [("daily", "trouble")])
        disk.empty()
        self.assertEqual(self.at("07:01:00"), [("daily", "assembled")])


if __name__ == "__main__":
    unittest.main()
