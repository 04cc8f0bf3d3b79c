"""Storms over senders: killed every 50 to 200 ms, with a disk that is full now and then, and held
still beyond their lease. Whatever happens, nobody is lost; under `hold` nobody gets a mail twice, and
under `resend` only those whose fate was in doubt."""

import os
import random
import unittest

import storm
import tidings

SEED = int(os.environ.get("TD_SEED") or random.SystemRandom().randrange(10**6))
PEOPLE = 10_000 if tidings.FULL else 120
SEEDS = [SEED + number for number in range(4 if tidings.FULL else 1)]


class Storms(unittest.TestCase):
    def weather(self, policy, mischief):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                s = storm.Storm(self, seed, PEOPLE, policy)
                hits = s.rage(*(getattr(s, name) for name in mischief))
                s.check(self, policy)
                self.assertGreater(sum(hits.values()), 0)

    def test_killed_again_and_again_under_hold(self):
        self.weather("hold", ["kill"])

    def test_killed_again_and_again_under_resend(self):
        self.weather("resend", ["kill"])

    def test_killed_and_with_a_full_disk_under_hold(self):
        self.weather("hold", ["kill", "fill_disk", "fill_disk"])

    def test_killed_and_with_a_full_disk_under_resend(self):
        self.weather("resend", ["kill", "fill_disk", "fill_disk"])

    def test_held_still_beyond_the_lease_under_hold(self):
        self.weather("hold", ["outlast_lease", "kill"])

    def test_held_still_beyond_the_lease_under_resend(self):
        self.weather("resend", ["outlast_lease", "kill"])


if __name__ == "__main__":
    unittest.main()
