"""./dev bench in small: it runs to its end and prints every figure beside its reference."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

import tidings

tidings.need("openssl", "smtp-sink", "smtp-source", "sqlite3")

BENCH = pathlib.Path(__file__).with_name("bench.py")
BESIDE = {"bounces", "choices-assemble", "choices-import", "delivery", "delivery-cpu", "dkim", "fan-out",
          "growth", "import", "slow-replies", "variants-300"}
ALONE = {"choices-memory", "memory", "message-row", "preview-400", "variant"}


class Bench(unittest.TestCase):
    def test_prints_one_json_document_with_every_figure_and_its_target(self):
        env = dict(os.environ, TIDINGS=str(tidings.BINARY))
        run = subprocess.run([sys.executable, "-B", BENCH, "--n", "200", "--rounds", "1",
                              "--latency-rounds", "1"],
                             env=env, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        figures = {row["name"]: row for row in json.loads(run.stdout)["figures"]}
        self.assertEqual(set(figures), BESIDE | ALONE)
        for name, row in figures.items():
            self.assertGreater(row["value"], 0, name)
            self.assertRegex(row["target"], r"^[<>]= \d", name)
            self.assertEqual("beside" in row, name in BESIDE, name)
        self.assertGreater(figures["delivery"]["message_bytes"], 15_000)
        self.assertLess(figures["delivery"]["message_bytes"], 20_000)


if __name__ == "__main__":
    unittest.main()
