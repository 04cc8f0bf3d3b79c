"""Subscribers of whom hardly two chose the same, 5 of 64 topics each, in 24 zones; an edition of 12
sections of 12 topics: what it costs to import them and to assemble for them."""

import random
import re

import tidings
from measure import beside_insert, command, expect, figure, query, sqlite, talk
from scene import DATES, database, import_people, prose

TOPICS = [f"topic-{n}" for n in range(64)]
SHOWN = TOPICS[::5][:12]
ZONES = """Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Anchorage America/Bogota
America/Chicago America/Denver America/Halifax America/Los_Angeles America/New_York
America/Sao_Paulo Asia/Dubai Asia/Kathmandu Asia/Kolkata Asia/Shanghai Asia/Tokyo
Australia/Lord_Howe Australia/Sydney Europe/Athens Europe/London Europe/Paris Pacific/Apia
Pacific/Auckland Pacific/Honolulu""".split()
HOURS = ("", "06:30", "07:00", "18:15")


def write_people(path, count):
    dice = random.Random(64)
    with open(path, "w", encoding="ascii") as out:
        out.write("email,topics,timezone,at,format\n")
        for i in range(count):
            out.write(f"reader{i:07}@d{i % 1000}.example,{' '.join(dice.sample(TOPICS, 5))},"
                      f"{ZONES[i % 24]},{HOURS[i % 4]},{'text' if i % 9 == 0 else 'html'}\n")


def new_instance():
    instance = tidings.Instance(9)
    path = instance.dir / "conf" / "tidings.yaml"
    names = "topics:\n" + "".join(f"  - name: {name}\n" for name in TOPICS) + "\n"
    path.write_text(re.sub(r"(?ms)^topics:\n.*?(?=^# ---- newsletters)", names,
                           path.read_text(encoding="utf-8")), encoding="utf-8")
    dice = random.Random(12)
    instance.briefing("daily", f"{DATES[0]}.md", "\n\n".join(
        [prose(dice, 60), *(f"## About {topic} {{.{topic}}}\n\n{prose(dice, 150)}"
                            for topic in SHOWN)]) + "\n")
    return instance


# The columns with the keys and indexes of subscriber, subscription, consent and prefs; those by number
# are by the number in the address here, and that of what was chosen is of four bytes in no order.
NUMBER = "CAST(substr(email, 7, 7) AS INTEGER)"
TABLE = f"""
CREATE TABLE people (email TEXT NOT NULL UNIQUE, topics TEXT NOT NULL, timezone TEXT NOT NULL,
                     at TEXT NOT NULL, format TEXT NOT NULL);
CREATE UNIQUE INDEX subscriber_key ON people ({NUMBER});
CREATE UNIQUE INDEX subscription_key ON people (1, {NUMBER});
CREATE UNIQUE INDEX consent_key ON people ({NUMBER});
CREATE INDEX consent_by_subscriber ON people ({NUMBER}, 1, {NUMBER});
CREATE UNIQUE INDEX prefs_key ON people ({NUMBER});
CREATE INDEX prefs_checksum ON people ({NUMBER} * 1000003 % 2147483647);
"""


def beside_import(scratch, people):
    target = scratch / "choices.db"
    sqlite(target, TABLE)
    run = sqlite(target, f".import --csv --skip 1 '{people}' people\n")
    target.unlink()
    return run


def figures(scratch, count, variant_seconds):
    """variant_seconds: what one variant takes to render and build, measured in this run."""
    talk(f"{count} subscribers of whom hardly two chose the same")
    people = scratch / "choices.csv"
    write_people(people, count)
    with new_instance() as instance:
        importing = import_people(instance, people)
        expect(importing, added=count)
        beside = beside_import(scratch, people)
        assembling = command(instance, f"{DATES[0]}T06:00:00Z", "edition", "assemble", "daily",
                             "--date", DATES[0])
        expect(assembling, messages=count)
        insert = beside_insert(scratch, database(instance), 1, ("message", "selection"))
        size = query(database(instance), "SELECT sum(size) AS bytes FROM variant")[0]["bytes"]
        choices = query(database(instance), "SELECT count(*) AS n FROM prefs")[0]["n"]
    people.unlink()
    variants = assembling.json["variants"]
    parts = insert.seconds + variants * variant_seconds
    yield figure("choices-import", importing.seconds / beside.seconds, "<=", 3,
                 subscribers=count, choices=choices, seconds=round(importing.seconds, 3),
                 beside={"what": "sqlite3 .import into one table of the same keys and indexes",
                         "seconds": round(beside.seconds, 3)})
    yield figure("choices-assemble", assembling.seconds / parts, "<=", 3,
                 variants=variants, variant_bytes=size, seconds=round(assembling.seconds, 3),
                 beside={"what": "INSERT … SELECT of the messages and of what each choice leads to, "
                         "and the variants at the pace of the figure `variant`",
                         "insert_seconds": round(insert.seconds, 3),
                         "seconds": round(parts, 3)})
    yield figure("choices-memory", max(importing.rss_mb, assembling.rss_mb), "<=", 48, unit="MB",
                 what="largest resident set over import and assemble of these")
