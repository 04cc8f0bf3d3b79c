"""Random rules of RFC 5545: those that are taken name the days that Python's dateutil reckons, the
others are refused with the reason. ./dev soak takes other rules each time: the seed is printed, TD_SEED
repeats it."""

import datetime
import itertools
import json
import os
import random
import unittest

import tidings

try:
    from dateutil.rrule import rrulestr
except ImportError:
    tidings.skip("python3-dateutil is not there")

RULES = 1500 if tidings.FULL else 60
FIRST = datetime.date(2026, 1, 1)
DAYS = 800
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
SCHEDULE = "schedule: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
MONTH_DAYS = [1, 2, 15, 28, 29, 30, 31, -1, -2, -31]
YEAR_DAYS = [1, 60, 100, 200, 366, -1, -366]
ENDS = ["UNTIL=20270315", "UNTIL=20261231", "UNTIL=20300101", "COUNT=1", "COUNT=10", "COUNT=500"]


class Dice(random.Random):
    def some(self, items, most):
        return ",".join(str(item) for item in self.sample(items, self.randint(1, most)))

    def days(self, freq):
        """The parts that name days."""
        if freq in ("DAILY", "WEEKLY"):
            return ["BYDAY=" + self.some(WEEKDAYS, 4)] if self.random() < .7 else []
        numbers = ["1", "2", "-1", "-2", "5"] if freq == "MONTHLY" else ["1", "-1", "10"]
        by_day = ",".join(self.choice(numbers) + day for day in self.sample(WEEKDAYS, 2))
        weekdays = self.some(WEEKDAYS, 5) + ";BYSETPOS=" + self.choice(["1", "-1", "2", "1,-1"])
        return [self.choice(["BYDAY=" + by_day, "BYDAY=" + weekdays,
                             "BYMONTHDAY=" + self.some(MONTH_DAYS, 3),
                             "BYMONTHDAY=" + self.some(MONTH_DAYS, 3) + ";BYSETPOS=-1",
                             "BYYEARDAY=" + self.some(YEAR_DAYS, 2)
                             if freq == "YEARLY" else "BYMONTHDAY=13;BYDAY=FR"])]

    def rule(self):
        freq = self.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"])
        parts = ["FREQ=" + freq, *self.days(freq)]
        if self.random() < .5:
            parts.append(f"INTERVAL={self.choice([1, 2, 3, 5, 7, 13])}")
        if self.random() < .4:
            parts.append("BYMONTH=" + self.some(range(1, 13), 5))
        if self.random() < .3:
            parts.append(self.choice(ENDS))
        if self.random() < .3:
            parts.append("WKST=" + self.choice(WEEKDAYS))
        return ";".join(parts)


def reckon(rule, start, first, last):
    """Its days by dateutil, or None where dateutil itself gives up."""
    midnight = datetime.time()
    rule = rrulestr(rule, dtstart=datetime.datetime.combine(start, midnight))
    try:
        found = rule.between(datetime.datetime.combine(first, midnight),
                             datetime.datetime.combine(last, midnight), inc=True)
    except IndexError:  # of BYSETPOS where a period has no day at all
        return None
    return [day.date().isoformat() for day in found]


class Rules(unittest.TestCase):
    def test_what_is_taken_is_right_and_what_is_refused_says_why(self):
        chance = random.SystemRandom().randrange(10**6) if tidings.FULL else 1
        seed = int(os.environ.get("TD_SEED") or chance)
        dice = Dice(seed)
        taken = 0
        with tidings.Instance(9, now=f"{FIRST}T00:00:00Z") as instance:
            path = instance.dir / "conf" / "tidings.yaml"
            config = path.read_text(encoding="utf-8")
            self.assertIn(SCHEDULE, config)
            for _ in range(RULES):
                rule = dice.rule()
                start = datetime.date(2020, 1, 1) + datetime.timedelta(dice.randrange(2600))
                path.write_text(config.replace(SCHEDULE, f"schedule: {rule}\n    starts: {start}"),
                                encoding="utf-8")
                with self.subTest(rule=rule, starts=start, seed=seed):
                    taken += self.compare(instance, rule, start)
        print(f"seed {seed}: {taken} of {RULES} rules taken")
        self.assertGreater(taken, RULES // 2)

    def compare(self, instance, rule, start):
        done = instance.run("schedule", "preview", "--days", str(DAYS), "--newsletter", "daily",
                            "--json", check=False)
        if done.returncode != 0:
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertRegex(done.stderr, r"tidings.yaml:\d+: newsletters\[0\].schedule: .*"
                             r"(never names a day|INTERVAL|BYMONTHDAY|BYYEARDAY|BYSETPOS)")
            if "never names a day" in done.stderr:
                self.assertFalse(reckon(rule, start, start, start + datetime.timedelta(365 * 30)))
            return False
        days = reckon(rule, start, FIRST, FIRST + datetime.timedelta(DAYS - 1))
        if days is not None:
            sent = [row["date"] for row in json.loads(done.stdout)]
            self.assertEqual([day for day, _ in itertools.groupby(sent)], days)
        return days is not None


if __name__ == "__main__":
    unittest.main()
