"""What Python's zoneinfo says about the machine's zones, one case a line (test_zone.c):

    zone NAME
    at UTC OFFSET       seconds east of UTC in force at an instant
    to LOCAL UTC        the instant of a wall clock reading; both in seconds, LOCAL as if UTC

Every zone, the changes of clocks from 2026 to 2044 from both sides, and instants at random.
"""

import random
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1)
UTC = timezone.utc
DAY = 86400


def seconds(year):
    return int((datetime(year, 1, 1) - EPOCH).total_seconds())


def offset_at(zone, utc):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=utc)
    return int(moment.astimezone(zone).utcoffset().total_seconds())


def change_between(zone, low, high):
    """The first second after low that has high's offset."""
    after = offset_at(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == after:
            high = middle
        else:
            low = middle
    return high


def to_utc(zone, local):
    """In a gap the first valid instant, in an overlap the first occurrence."""
    naive = EPOCH + timedelta(seconds=local)
    first, second = (
        local - int(naive.replace(tzinfo=zone, fold=fold).utcoffset().total_seconds())
        for fold in (0, 1)
    )
    if first + offset_at(zone, first) == local:
        return first
    return change_between(zone, second, first)


def cases(zone, rng):
    before = offset_at(zone, seconds(2026))
    for day in range(seconds(2026), seconds(2045), 5 * DAY):
        after = offset_at(zone, day)
        if after != before:
            change = change_between(zone, day - 5 * DAY, day)
            for utc in (change - 1, change, change + 1):
                yield f"at {utc} {offset_at(zone, utc)}"
            for minutes in (-1, 0, 1, 15, 29, 30, 31, 59, 60, 61, 90, 120):
                local = change + min(before, after) + minutes * 60
                yield f"to {local} {to_utc(zone, local)}"
        before = after
    for _ in range(40):
        utc = rng.randrange(seconds(1902), seconds(2091))
        yield f"at {utc} {offset_at(zone, utc)}"
        local = rng.randrange(seconds(2000), seconds(2091)) // 60 * 60
        yield f"to {local} {to_utc(zone, local)}"


def main():
    rng = random.Random(20261120)
    zoneinfo.reset_tzpath(["/usr/share/zoneinfo"])
    for name in sorted(zoneinfo.available_timezones()):
        if name in ("localtime", "posixrules"):
            continue
        print("zone", name)
        sys.stdout.writelines(case + "\n" for case in cases(zoneinfo.ZoneInfo(name), rng))


if __name__ == "__main__":
    main()
