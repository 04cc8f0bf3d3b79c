"""A live blog that grows during a simulated day, and what its readers got of it."""

import email.utils
import re
import unittest

import mails
import sinks
import tidings

DATE = "2026-11-20"
OPENS = re.compile(r"^(\d{1,2})\.(\d\d)(am|pm):?(?= )", re.M)


def minute(stamp):
    """"5.32pm" as minutes since midnight."""
    hour, rest, half = OPENS.match(stamp + " ").groups()
    return (int(hour) % 12 + 12 * (half == "pm")) * 60 + int(rest)


def clock(minutes):
    return f"{DATE}T{minutes // 60:02}:{minutes % 60:02}:00Z"


class Entry:
    """One entry: its stamp and words as the editor types them; `seen` is when it gets into the file, if
    not at its own time."""

    def __init__(self, text, seen=None):
        self.stamp = OPENS.match(text)[0].rstrip(":")
        self.text = text.rstrip()
        self.minute = minute(self.stamp)
        self.seen = self.minute if seen is None else seen
        words = re.sub(r"!urgent:? *", "", self.text[len(OPENS.match(text)[0]):]).split()
        self.mark = " ".join(words[:7])  # as a reader finds it again

    def __repr__(self):
        return f"{self.stamp} {self.mark}"


class Blog:
    """Entries newest first, below a masthead."""

    def __init__(self, entries, masthead="Live on Friday"):
        self.entries = list(entries)
        self.masthead = masthead

    @classmethod
    def of(cls, text):
        starts = [match.start() for match in OPENS.finditer(text)] + [len(text)]
        return cls([Entry(text[a:b]) for a, b in zip(starts, starts[1:])],
                   text[:starts[0]].strip())

    def at(self, now):
        """The file as it stands at that minute, or None before the first entry."""
        there = [entry for entry in self.entries if entry.seen <= now]
        return "\n\n".join([self.masthead, *(entry.text for entry in there)]) + "\n" if there else None

    def find(self, stamp):
        return next(entry for entry in self.entries if entry.stamp == stamp)

    def shown(self, mail):
        """The entries a mail shows, in its order."""
        words = " ".join(mails.text_area(mails.decode(mail)).split())
        places = {entry: words.find(entry.mark) for entry in self.entries}
        return sorted((entry for entry, place in places.items() if place >= 0), key=places.get)


class LiveDay:
    """An instance whose newsletter `live` is served through a day; use it in a with statement."""

    def __init__(self, blog, readers, **keys):
        self.blog, self.now = blog, 0
        self.instance = tidings.Instance(9, now=clock(0))
        self.box = self.instance.dir / "box"
        for old, new in keys.get("configure", []):
            self.instance.configure(old, new)
        self.join(readers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.instance.__exit__()

    def join(self, readers):
        self.instance.subscribe([{"email": f"{name}@readers.example", **choice}
                                 for name, choice in readers.items()], "live")

    def go(self, now):
        """One pass of the scheduler at that minute, with the file as it is then; its deeds."""
        self.now = now
        self.instance.now = clock(now)
        text = self.blog.at(now)
        if text is not None:
            self.instance.briefing("live", f"{DATE}.txt", text)
        rows = self.instance.json("schedule", "run")
        return [(row["slug"].removeprefix(f"{DATE}-"), row["deed"]) for row in rows
                if row["newsletter"] == "live"]

    def send(self, faults=None, now=None):
        """All that is due goes to a sink that does this wrong."""
        options = ["--maildir", str(self.box), *(["--faults", faults] if faults else [])]
        with sinks.TidingsSink(*options) as sink:
            self.instance.relay(sink.port)
            self.instance.run("send", "--drain", check=False, now=now or self.instance.now)

    def mails(self, name):
        """What arrived for that reader: bytes, in the order of their dates."""
        wanted = re.compile(rb"^Delivered-To: " + name.encode() + rb"@readers\.example\r?$", re.M)
        found = [path.read_bytes() for path in self.box.rglob("*") if path.is_file()]
        mine = [re.sub(rb"\A(?:(?:Return-Path|Delivered-To): [^\n]*\n)+", b"", mail)
                for mail in found if wanted.search(mail)]
        return sorted(mine, key=lambda mail: email.utils.parsedate_to_datetime(
            mails.decode(mail)["Date"]))

    def digests(self, name):
        """The entries of each mail of that reader, as stamps."""
        return [[entry.stamp for entry in self.blog.shown(mail)] for mail in self.mails(name)]

    def state(self, name, slug):
        rows = self.instance.json("queue", "list", "newsletter=live")
        return {row["address"]: (row["state"], row["reason"]) for row in rows
                if row["slug"].startswith(f"{DATE}-{slug}")}[f"{name}@readers.example"]


NOON, THREE, CLOSE = 12 * 60, 15 * 60, 18 * 60
ALERTS = [("topics:\n  - name: ambulances", "topics:\n  - name: alerts\n    title: Alerts\n"
                                            "  - name: ambulances"),
          ("    # alerts: alerts\n", "    alerts: alerts\n")]
OPERATOR = [("  # operator: desk@news.example", "  operator: desk@news.example")]
FILL = "and here are some more words, so that it looks like what an editor types."


def sample(*stamps):
    return Blog([Entry(f"{stamp} The news of {stamp.replace('.', ' past ')} is this, {FILL}")
                 for stamp in stamps])


class Case(unittest.TestCase):
    def reports(self, day, words):
        """What arrived for the operator with those words in its subject, decoded."""
        wanted = re.compile(rb"^Delivered-To: desk@news\.example\r?$", re.M)
        found = [path.read_bytes() for path in day.box.rglob("*") if path.is_file()]
        reports = [mails.decode(re.sub(rb"\A(?:(?:Return-Path|Delivered-To): [^\n]*\n)+", b"", mail))
                   for mail in found if wanted.search(mail)]
        return [mail for mail in reports if words in str(mail["Subject"])]

    def day(self, blog, readers, **keys):
        day = self.enterContext(LiveDay(blog, readers, **keys))
        day.go(0)  # from now on the scheduler looks after it
        return day
