"""The keyword rules that init writes, on sections as a health newsletter has them: each goes to the
readers of its topic, and one that is about none of them to everybody."""

import pathlib
import re
import tempfile
import unittest

import tidings

SECTIONS = {
    "ambulances": "Crews waited outside Barlow General’s A&E for four hours; handover times were the worst ever.",
    "finance": "Trusts must cut £40m from their spending plans; the board’s overspend has doubled.",
    "workforce": "Nurses will be asked to ballot over pay. Rota gaps mean that doctors are leaving.",
    "regulation": "The hospital has been rated “inadequate” after an unannounced visit in June.",
    "policy": "The health and social care secretary and the Treasury cannot agree on a ten-year plan.",
    "quality": "A coroner has written about eleven deaths at the unit. The elective backlog grew.",
    "technology": "A cyber-attack took the trust’s records offline. Those who use its apps saw nothing.",
    "mental-health": "Waits for talking therapies grew. The county’s mental-health trust has no beds.",
    None: "The chair of the board has resigned. A replacement will be named.",
}


class Rules(unittest.TestCase):
    def test_each_section_goes_to_the_readers_of_its_topic(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        home = pathlib.Path(scratch.name) / "d"
        tidings.run(["init", home, "--domain", tidings.DOMAIN])
        source = "The lead.\n" + "".join(
            f"\n## {topic or 'none'} it is\n\n{text}\n" for topic, text in SECTIONS.items())
        (home / "briefings" / "daily" / "2026-11-20.md").write_text(source, encoding="utf-8")
        for topic in filter(None, SECTIONS):
            with self.subTest(topic):
                address = f"{topic}@{tidings.DOMAIN}"
                tidings.run(["-C", home, "subscribe", address, "--newsletter", "daily",
                             "--topics", topic, "--confirmed", "--source", "test"])
                out = home / topic
                tidings.run(["-C", home, "brief", "preview", "daily", "--date", "2026-11-20",
                             "--as", address, "--out", out])
                text = "".join(path.read_text(encoding="utf-8") for path in out.glob("*.txt"))
                shown = set(re.findall(r"([a-z-]+) it is$", text, re.M | re.I))
                self.assertEqual({name.lower() for name in shown}, {topic, "none"})


if __name__ == "__main__":
    unittest.main()
