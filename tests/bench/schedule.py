"""What `schedule preview --days 400` takes: six newsletters in six zones, and a calendar of days off
that recur. The issue promises a second."""

import re

import tidings
from measure import command, figure

ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Africa/Casablanca", "Pacific/Apia"]
EVENTS = 200
DAYS = 400


def calendar():
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tidings//bench//EN"]
    for n in range(EVENTS):
        lines += ["BEGIN:VEVENT", f"DTSTART;VALUE=DATE:2020{n % 12 + 1:02}{n % 28 + 1:02}",
                  "RRULE:FREQ=YEARLY", f"SUMMARY:Day off {n}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def figures(rounds=3):
    """The best of some rounds on the wall: nothing else is there to wait for."""
    with tidings.Instance(9) as instance:
        path = instance.dir / "conf" / "tidings.yaml"
        text = path.read_text(encoding="utf-8")
        daily = re.search(r"^  - name: daily\n.*?(?=^  - name: )", text, re.M | re.S)[0]
        more = [daily.replace("name: daily", f"name: daily-{n}")
                .replace("zone: Europe/London", f"zone: {zone}\n    holidays: [conf/off.ics]")
                for n, zone in enumerate(ZONES)]
        path.write_text(text.replace(daily, "".join(more)).replace("gathers: daily\n",
                                                                    "gathers: daily-0\n"),
                        encoding="utf-8")
        (instance.dir / "conf" / "off.ics").write_text(calendar(), newline="")
        runs = [command(instance, "2026-01-01T00:00:00Z", "schedule", "preview", "--days", str(DAYS))
                for _ in range(rounds)]
    yield figure("preview-400", min(run.seconds for run in runs), "<=", 1, unit="s",
                 rows=len(runs[0].json))
