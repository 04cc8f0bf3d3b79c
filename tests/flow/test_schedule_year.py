"""A simulated year of readers in six zones: everyone gets each edition once, at the first occurrence of
their hour at or after its release. What is expected is worked out here minute by minute with zoneinfo,
and knows nothing of how tidings does it. The days around every change of a clock; all of 2026 when
soaking."""

import collections
import datetime
import random
import re
import unittest
import zoneinfo

import sinks
import tidings

UTC = datetime.timezone.utc
MINUTE = datetime.timedelta(minutes=1)
LONDON = zoneinfo.ZoneInfo("Europe/London")
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Africa/Casablanca", "Pacific/Apia"]
HOURS = [None, "00:00", "01:15", "02:15", "02:30", "07:00", "12:00", "23:45"]

# The day before and of each change in 2026: London, New York, Lord Howe, Casablanca (Ramadan).
CHANGES = ["2026-02-14", "2026-03-07", "2026-03-21", "2026-03-28", "2026-04-04", "2026-10-03",
           "2026-10-24", "2026-10-31"]
HOLIDAYS = {"2026-03-08": "The Sunday of a change", "2026-12-25": "Christmas Day"}


def days():
    if tidings.FULL:
        return [datetime.date(2026, 1, 1) + datetime.timedelta(n) for n in range(365)]
    firsts = [datetime.date.fromisoformat(day) for day in CHANGES]
    return [first + datetime.timedelta(n) for first in firsts for n in range(2)]


def stamp(instant):
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """The wall clock of a zone, minute by minute."""

    def __init__(self, zone):
        self.zone = zoneinfo.ZoneInfo(zone)

    def first(self, hour, since):
        """The first instant from `since` on at which the clock shows that hour for the first time
        on its day, or jumps over it."""
        wanted = datetime.time.fromisoformat(hour)
        before = (since - MINUTE).astimezone(self.zone)
        instant = since
        while True:
            shown = instant.astimezone(self.zone)
            if shown.time() == wanted and shown.fold == 0:
                return instant
            if shown.date() == before.date() and before.time() < wanted < shown.time():
                return instant
            before = shown
            instant += MINUTE


def calendar(holidays):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tidings//test//EN"]
    for day, name in holidays.items():
        lines += ["BEGIN:VEVENT", f"DTSTART;VALUE=DATE:{day.replace('-', '')}",
                  f"SUMMARY:{name}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


class Year(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        first = days()[0] - datetime.timedelta(1)
        self.instance = self.enterContext(
            tidings.Instance(self.sink.port, now=f"{first}T12:00:00Z"))
        self.instance.configure("schedule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                                "schedule: FREQ=DAILY\n    holidays: [conf/off.ics]")
        self.instance.configure("valid_for: 10h", "valid_for: 3d")
        # The others of `init` would only take time.
        self.instance.configure("    digests: [09:00, 12:00, 15:00]\n", "")
        self.instance.configure("    closes: 18:00\n    cadences: [each, daily]\n", "")
        self.instance.configure("    schedule: FREQ=WEEKLY;BYDAY=SA\n    assemble_at: 06:30\n", "")
        (self.instance.dir / "conf" / "off.ics").write_text(calendar(HOLIDAYS), newline="")
        self.readers = {
            f"r{z}-{h}@example.org": (zone, hour)
            for z, zone in enumerate(ZONES) for h, hour in enumerate(HOURS)}
        self.instance.subscribe([{"email": email, "timezone": zone, "at": hour or ""}
                                 for email, (zone, hour) in self.readers.items()])
        self.clocks = {zone: Clock(zone) for zone in ZONES}
        self.rand = random.Random(2026)

    def expected(self, day):
        """{address: instant} for the edition of that day."""
        release = datetime.datetime.combine(day, datetime.time(7), LONDON).astimezone(UTC)
        memo = {None: release}
        for zone in ZONES:
            for hour in HOURS[1:]:
                memo[zone, hour] = self.clocks[zone].first(hour, release)
        return {email: memo[(zone, hour) if hour else None]
                for email, (zone, hour) in self.readers.items()}

    def assemble(self, day):
        """The edition's number; None on a day off."""
        self.instance.briefing("daily", f"{day}.txt", f"What happened.\n\nThe story of {day} is one.\n")
        at = datetime.datetime.combine(day, datetime.time(6, 30), LONDON)
        deeds = self.instance.json("schedule", "run", now=stamp(at))
        made = [row for row in deeds if (row["newsletter"], row["deed"]) == ("daily", "assembled")]
        if str(day) in HOLIDAYS:
            self.assertEqual(made, [])
            return None
        self.assertEqual([row["slug"] for row in made], [str(day)], deeds)
        return made[0]["edition"]

    def received(self):
        """How often each (address, day) came."""
        def day(mail):
            return re.search(rb"The story of (\d{4}-\d\d-\d\d)", mail.content)[1].decode()
        return collections.Counter((mail.recipients[0], day(mail)) for mail in self.sink.mails)

    def check(self, plan, instant):
        """A sender that runs just then brings it to this: each message whose time has come, once."""
        self.instance.json("send", "--drain", now=stamp(instant))
        due = {key for key, when in plan.items() if when <= instant}
        self.assertEqual(self.received(), collections.Counter(due), stamp(instant))

    def test_each_edition_once_at_the_readers_hour(self):
        plan = {}  # (address, day): instant
        probes = []
        for day in [*days(), None]:
            now = datetime.datetime.combine(day, datetime.time(6), LONDON) if day else None
            while probes and (now is None or probes[0] < now):
                self.check(plan, probes.pop(0))
            if day is None:
                break
            edition = self.assemble(day)
            if edition is None:
                continue
            expected = self.expected(day)
            rows = self.instance.queue(f"edition={edition}")
            self.assertEqual({email: row["due"] for email, row in rows.items()},
                             {email: stamp(when) for email, when in expected.items()}, day)
            plan |= {(email, str(day)): when for email, when in expected.items()}
            when = self.rand.choice(sorted(set(expected.values())))
            probes = sorted({*probes, when, when - 7 * MINUTE, max(expected.values())})
        self.check(plan, max(plan.values()))
        self.assertEqual(len(plan), len(self.readers) * (len(days()) - sum(
            day in map(str, days()) for day in HOLIDAYS)))
        self.assertEqual(self.instance.states("newsletter=daily"), {"sent": len(plan)})


if __name__ == "__main__":
    unittest.main()
