"""What the bench sends, and to whom."""

import random
import sys

import tidings
from measure import command

DATES = ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]

# Eight choices of topics, all, some and all but some, in two formats: at most 16 variants.
TOPICS = ["", "ambulances", "finance", "workforce;policy", "quality", "technology",
          "mental-health;regulation", "-finance"]
SECTIONS = ["ambulances", "finance", "workforce", "regulation", "policy", "quality",
            "technology", "mental-health"]
WORDS = """the of and a board trust hospital patients said new plan year staff beds report cost
nurses target waiting service regional review money winter system care local funding national
published figures ministers between expected pressure""".split()


def prose(dice, words):
    """Sentences of so many words."""
    text = []
    while words > 0:
        length = min(words, dice.randint(9, 24))
        text.append(" ".join(dice.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(text)


def briefing(date):
    """A Markdown briefing whose messages are of 15 to 20 KB for most choices."""
    dice = random.Random(date)
    parts = [f"---\ntitle: The numbers of {date}\n---\n", prose(dice, 20), prose(dice, 120),
             *(prose(dice, 90) for _ in range(5))]
    for topic in SECTIONS:
        parts += [f"## What moved in {topic} {{.{topic}}}", *(prose(dice, 60) for _ in range(2))]
    return "\n\n".join(parts) + "\n"


def write_people(path, count):
    """The signup file: count people at many domains, the number of each in the address."""
    with open(path, "w", encoding="ascii") as out:
        out.write("email,name,topics,format\n")
        for i in range(count):
            topics, form = TOPICS[i % 8], ("html", "text")[i // 8 % 2]
            out.write(f"reader{i:07}@d{i % 1000}.example,Reader {i},{topics},{form}\n")


def new_instance(port, sessions=64):
    """An instance with one briefing for every date there is, and so many sessions with its relay (as
    many as the best of smtp-source may have)."""
    instance = tidings.Instance(port)
    config = instance.dir / "conf" / "tidings.yaml"
    text = config.read_text(encoding="utf-8")
    asked = text.replace("# sessions: 20", f"sessions: {sessions}")
    if asked == text:
        sys.exit("bench: conf/tidings.yaml has no line '# sessions: 20' to change")
    config.write_text(asked, encoding="utf-8")
    for date in DATES:
        instance.briefing("daily", f"{date}.md", briefing(date))
    return instance


def import_people(instance, path):
    return command(instance, f"{DATES[0]}T06:00:00Z", "subscriber", "import", path,
                   "--newsletter", "daily", "--confirmed", "--source", "bench")


def database(instance):
    return instance.dir / "queue" / "tidings.db"
