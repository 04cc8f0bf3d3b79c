"""Many subscribers of whom hardly two chose the same: random 5 of 64 topics in 24 zones, an edition of
12 sections of 12 topics. A million when soaking; what it took is printed."""

import os
import random
import re
import sqlite3
import subprocess
import time
import unittest

import tidings

COUNT = 1_000_000 if tidings.FULL else 3_000
MEMORY_MB = 48
ZONES = """Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Anchorage America/Bogota
America/Chicago America/Denver America/Halifax America/Los_Angeles America/New_York
America/Sao_Paulo Asia/Dubai Asia/Kathmandu Asia/Kolkata Asia/Shanghai Asia/Tokyo
Australia/Lord_Howe Australia/Sydney Europe/Athens Europe/London Europe/Paris Pacific/Apia
Pacific/Auckland Pacific/Honolulu""".split()
TOPICS = [f"topic-{n}" for n in range(64)]
SHOWN = TOPICS[::5][:12]
WORDS = "a board and its trust said that patients waited longer for what a budget had not bought".split()


class ManyChoices(unittest.TestCase):
    def setUp(self):
        self.instance = self.enterContext(tidings.Instance(9, now="2026-11-20T05:00:00Z"))
        path = self.instance.dir / "conf" / "tidings.yaml"
        text = path.read_text(encoding="utf-8")
        topics = "topics:\n" + "".join(f"  - name: {name}\n" for name in TOPICS)
        text = re.sub(r"(?ms)^topics:\n.*?(?=^# ---- newsletters)", topics + "\n", text)
        path.write_text(text, encoding="utf-8")
        self.dice = random.Random(64)

    def people(self):
        path = self.instance.dir / "people.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write("email,topics,timezone,at,format\n")
            for n in range(COUNT):
                topics = " ".join(self.dice.sample(TOPICS, 5))
                zone = ZONES[n % len(ZONES)]
                hour = ("", "06:30", "07:00", "18:15")[n % 4]
                out.write(f"r{n}@readers{n % 50}.example,{topics},{zone},{hour},"
                          f"{'text' if n % 9 == 0 else 'html'}\n")
        return path

    def measured(self, *words):
        """Seconds and the largest resident set in MB of one command, which must succeed."""
        with (self.instance.dir / "said").open("w+") as said:
            begin = time.monotonic()
            process = subprocess.Popen(
                [tidings.BINARY, "-C", self.instance.dir, "--now", self.instance.now, *words],
                stdout=said, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            self.assertEqual(process.returncode, 0, said.read())
        return seconds, usage.ru_maxrss / 1024

    def test_variants_stay_few_and_memory_small(self):
        source = "The lead is for everyone.\n"
        for topic in SHOWN:
            body = " ".join(self.dice.choices(WORDS, k=150))
            source += f"\n## About {topic} {{.{topic}}}\n\n{body}.\n"
        self.instance.briefing("daily", "2026-11-20.md", source)
        imported = self.measured("subscriber", "import", self.people(), "--newsletter", "daily",
                                 "--confirmed", "--source", "test")
        queued = self.measured("edition", "assemble", "daily", "--date", "2026-11-20")
        with sqlite3.connect(self.instance.dir / "queue" / "tidings.db") as db:
            one = lambda sql: db.execute(sql).fetchone()[0]
            messages = one("SELECT count(*) FROM message WHERE state = 0")
            choices = one("SELECT count(*) FROM selection")
            variants = one("SELECT count(*) FROM variant")
            size = one("SELECT sum(size) FROM variant")
            stored = one("SELECT sum(length(body)) FROM variant")
            dues = one("SELECT count(DISTINCT due) FROM message")
        db.close()
        print(f"{COUNT} subscribers, {choices} choices, {variants} variants of {size} bytes "
              f"({stored} stored), {dues} due times; import {imported[0]:.1f} s "
              f"{imported[1]:.0f} MB, assemble {queued[0]:.1f} s {queued[1]:.0f} MB", flush=True)
        self.assertEqual(messages, COUNT)
        self.assertGreater(choices, COUNT * 0.9)
        self.assertLess(variants, 2 * 1586)  # 12 over 0 to 5, in two formats
        self.assertGreater(variants, 100)
        if not os.environ.get("ASAN_OPTIONS") and "asan" not in str(tidings.BINARY):
            self.assertLess(imported[1], MEMORY_MB)
            self.assertLess(queued[1], MEMORY_MB)


if __name__ == "__main__":
    unittest.main()
