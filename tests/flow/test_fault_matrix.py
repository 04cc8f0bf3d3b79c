"""The fault matrix: every stage of a session times every fault, against the real sender.

Three messages, one session at a time. The fault strikes once: at the first connection for the
stages that open a session, at the second message for the others (at RSET and QUIT where they
come). Each cell says what becomes of the message that is struck and of the session; the other two
messages are sent in any case, nobody is suppressed, and a sender that comes ten minutes later ends
what is not in doubt.
"""

import concurrent.futures
import os
import unittest

import sinks
import tidings
from tap import Tap

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
LATER = f"{DATE}T07:10:00Z"
PEOPLE = [f"r{n}@to.example" for n in (1, 2, 3)]
HURRY = {**os.environ, "TIDINGS_HURRY": "60"}  # ten minutes of silence are ten seconds
LONG = 70000  # octets of a reply that no client needs to bear

FAULTS = {"4xx": '451 "4.0.0 a fault"', "5xx": '554 "5.0.0 a fault"', "421": "421",
          "malformed": "malformed", "multi-line": "multi-line", "over-long": "over-long",
          "endless": f"over-long {LONG}", "unasked": "unasked", "slow": "slow 300ms",
          "silent": "silent", "drop": "drop"}

# What becomes of the struck message, and which session takes the next one.
SENT = ("sent", 1, "same")        # as if nothing had happened
MOVED = ("sent", 1, "new")        # not its fault and nothing was said of it: another session, at once
LATER_FREE = ("deferred", 0, "same")   # the relay's affair: no try is charged
LATER_TRY = ("deferred", 1, "same")
LOST = ("deferred", 0, "new")     # the session broke before the dot
FAILED = ("failed", 1, "same")
DOUBT = ("in_doubt", 1, "new")    # the dot was out, and no word came back
# The answer meets the sender before its dot is out, or after: each sees what it can know.
BODY_4XX = ("deferred", 1, "any")
BODY_5XX = ("failed", 1, "any")
BODY_421 = ("deferred", 0, "any")
BODY_BROKEN = ("deferred 0|in_doubt 1", None, "new")
# libcurl throws a reply away that it did not ask for, or the next one is taken for another's: then the
# 354 is missed, and the session given up before anything is sent.
UNASKED = ("sent 1|deferred 0", None, "any")
RELAY = "relay"  # no session: nothing is tried, exit 69, and the next run sends all

GOOD = {"multi-line": SENT, "over-long": SENT, "slow": SENT}
NO_SESSION = {**dict.fromkeys(FAULTS, RELAY), **GOOD, "endless": SENT,  # libcurl bears it
              "unasked": UNASKED}
DOT = {"4xx": LATER_TRY, "5xx": FAILED, "421": LOST, "malformed": DOUBT, "endless": DOUBT,
       "unasked": MOVED, "silent": DOUBT, "drop": DOUBT, **GOOD}
BETWEEN = {**dict.fromkeys(FAULTS, MOVED), **GOOD, "unasked": ("deferred", 0, "any")}
MATRIX = {
    "connect": {**NO_SESSION},
    "banner": {**NO_SESSION},
    # Who does not know EHLO may know HELO.
    "ehlo": {**NO_SESSION, "4xx": SENT, "5xx": SENT},
    "starttls": {**NO_SESSION, "unasked": RELAY},  # whatever was said before TLS is worth nothing
    # In place of the server's half of the handshake; what is said is said in clear.
    "tls": {**dict.fromkeys(("4xx", "5xx", "421", "malformed", "silent", "drop"), RELAY),
            "slow": SENT},
    "auth": {**NO_SESSION},
    "mail": {"4xx": LATER_FREE, "5xx": LATER_FREE, "421": MOVED, "malformed": MOVED,
             "endless": MOVED, "unasked": LOST, "silent": MOVED, "drop": MOVED, **GOOD},
    "rcpt": {"4xx": LATER_TRY, "5xx": FAILED, "421": MOVED, "malformed": LOST, "endless": LOST,
             "unasked": LOST, "silent": LOST, "drop": LOST, **GOOD},
    "data": {"4xx": LATER_TRY, "5xx": FAILED, "421": MOVED, "malformed": LOST, "endless": LOST,
             "unasked": LOST, "silent": LOST, "drop": LOST, **GOOD},
    "body": {"4xx": BODY_4XX, "5xx": BODY_5XX, "421": BODY_421, "malformed": BODY_BROKEN,
             "silent": DOUBT, "drop": BODY_BROKEN},
    "dot": DOT,
    "after-dot": DOT,
    # The second message was refused, so RSET comes before the third: that one is struck.
    "rset": BETWEEN,
    "quit": dict.fromkeys(FAULTS, SENT),
}


IN_TLS = ("starttls", "tls", "auth")


def is_silence(stage, fault):
    """Whether the sender has to run out of patience. A session is not open before its reply is
    whole, and libcurl passes over lines that are none."""
    opening = stage in ("connect", "banner", "ehlo", *IN_TLS)
    return fault == "silent" or (fault == "malformed" and opening)


class Sink:
    """`tidings sink` with one fault; where that is one of TLS or AUTH, it has both, and a tap."""

    def __init__(self, stage, fault, box):
        self.refusal = 'rcpt 451 "4.0.0 first" turn 2; ' if stage == "rset" else ""
        turn = 2 if stage in ("mail", "rcpt", "data", "body", "dot", "after-dot") else 1
        text = FAULTS[fault]
        # A RSET is a fault that is none: so the sink counts them.
        spec = f"{self.refusal}{stage} {text} turn {turn}; rset 250"
        self.box = box
        self.ca = box.with_name(f"{box.name}-ca.pem")
        secure = ["--tls", "--auth", "--ca-file", self.ca] if stage in IN_TLS else []
        self.sink = sinks.TidingsSink("--faults", spec, "--maildir", box, *secure)
        self.tap = Tap(self.sink.port) if secure else None
        self.port = self.tap.port if secure else self.sink.port

    def arrived(self):
        """{address: how many mails are kept}"""
        counts = dict.fromkeys(PEOPLE, 0)
        for path in (self.box / "new").iterdir():
            line = path.read_bytes().split(b"\r\n")[1]
            counts[line.removeprefix(b"Delivered-To: ").decode()] += 1
        return counts

    def end(self):
        """(connections, RSETs)"""
        said = self.sink.end()[0].split()
        given = int(said[5])
        if self.tap:
            self.tap.__exit__()
            assert b"STARTTLS" in self.tap.said
            assert b"AUTH" not in self.tap.said and b"MAIL" not in self.tap.said
        return int(said[3]), given - 1 - (1 if self.refusal else 0)


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One instance with an edition of three messages; each cell works on a copy."""
        cls.instance = cls.enterClassContext(tidings.Instance(9, now=SEVEN))
        cls.instance.configure("# sessions: 20", "sessions: 1")
        cls.instance.subscribe([{"email": who} for who in PEOPLE])
        cls.instance.briefing("daily", f"{DATE}.txt", "What happened.\n\nThe first story is one.\n")
        cls.instance.run("edition", "assemble", "daily", "--date", DATE)

    def serve(self, instance, stage, fault):
        sink = Sink(stage, fault, instance.dir / "box")
        if stage in IN_TLS:
            password = instance.dir / "conf" / "keys" / "relay-password"
            password.write_text("secret\n", encoding="utf-8")
            password.chmod(0o600)
            instance.configure("# tls: required", f"tls: required\n    ca_file: {sink.ca}")
            instance.configure("# user: tidings", "user: tidings")
            instance.configure("# password_file: conf/keys/relay-password",
                               "password_file: conf/keys/relay-password")
        return sink

    def cell(self, stage, fault):
        """Runs one cell; a list of what is not as it should be."""
        with self.instance.copy() as instance:
            return self.run_cell(instance, stage, fault)

    def run_cell(self, instance, stage, fault):
        server = self.serve(instance, stage, fault)
        instance.relay(server.port)
        env = HURRY if is_silence(stage, fault) else None
        first = instance.run("-v", "send", "--drain", check=False, env=env)
        rows = instance.queue()
        arrived = server.arrived()
        second = instance.run("send", "--drain", now=LATER, check=False, env=env)
        seen = {"said": first.stderr, "exit": (first.returncode, second.returncode), "rows": rows, "arrived": arrived,
                "end": instance.queue(), "in all": server.arrived()}
        seen["connections"], seen["rsets"] = server.end()
        hurt = [who for who in PEOPLE if seen["end"][who]["state"] == "failed"]
        seen["suppressed"] = [instance.json("subscriber", "show", who)["suppressions"]
                              for who in hurt]
        return self.judge(stage, fault, seen), first.stderr + second.stderr

    def judge(self, stage, fault, seen):
        expected = MATRIX[stage][fault]
        wrong = []

        def check(what, got, wanted):
            if got != wanted:
                wrong.append(f"{what}: {got}, expected {wanted}")

        rows = seen["rows"]
        struck = [who for who in PEOPLE
                  if (rows[who]["state"], rows[who]["tries"]) != ("sent", 1)
                  and rows[who]["reply"] != "451 4.0.0 first"]  # what made RSET come
        check("suppressed", [found for found in seen["suppressed"] if found], [])
        if expected == RELAY and is_silence(stage, fault) and seen["exit"] == (0, 0):
            # Its pause is as short as its patience: it may have come back by itself.
            check("connections", seen["connections"] >= 2, True)
            check("states", {(row["state"], row["tries"]) for row in rows.values()}, {("sent", 1)})
            return wrong
        if expected == RELAY:
            check("states", [(row["state"], row["tries"], row["reply"]) for row in rows.values()],
                  [("queued", 0, None)] * 3)
            check("exit", seen["exit"], (69, 0))
            check("in all", set(seen["in all"].values()), {1})
            return wrong
        self.judge_message(stage, fault, seen, struck, check)
        self.judge_end(stage, fault, seen, struck, check)
        if expected == MOVED and stage not in ("rcpt", "data"):
            # A session that has served may close between two messages: no trouble, nothing given back.
            check("relay", "event=relay" in seen["said"], False)
            check("returned", "event=returned" in seen["said"], False)
        return wrong

    def judge_message(self, stage, fault, seen, struck, check):
        state, tries, session = MATRIX[stage][fault]
        rows = seen["rows"]
        if tries is None:
            got = [f"{rows[who]['state']} {rows[who]['tries']}" for who in struck]
            check("struck", len(struck) in (0, 1) if "sent" in state else len(struck) == 1, True)
            check("state", set(got) <= set(state.split("|")) and "right", "right")
        elif state == "sent":
            check("struck", struck, [])
        elif len(struck) != 1:
            check("struck", struck, "one")
        else:
            check("state", (rows[struck[0]]["state"], rows[struck[0]]["tries"]), (state, tries))
        for who in struck:
            if rows[who]["state"] == "deferred":
                wait = rows[who]["next"][11:19]
                check("next", "07:04:29" <= wait <= "07:05:35" and "in 5 min", "in 5 min")
        left = {row["state"] for row in rows.values()} & {"deferred", "in_doubt"}
        check("exit", seen["exit"][0], 75 if left else 0)
        if session != "any":
            second_run = 1 if "deferred" in left else 0
            check("connections", seen["connections"],
                  1 + (session == "new") + second_run)
        if session == "same" and state in ("deferred", "failed"):
            check("RSET", seen["rsets"], 1)

    def judge_end(self, stage, fault, seen, struck, check):
        """Ten minutes later: what was put off is sent, what is in doubt stays, and each reader has
        one mail, but where the server kept one that it said it refused."""
        end = seen["end"]
        for who in PEOPLE:
            before, after = seen["rows"][who]["state"], end[who]["state"]
            check(f"{who} in the end", after, {"deferred": "sent"}.get(before, before))
        lied = stage == "after-dot" and fault in ("4xx", "421")
        for who in PEOPLE:
            state = end[who]["state"]
            kept = seen["in all"][who]
            if who in struck and lied:
                check(f"{who} has", kept, 2)
            elif who in struck and (stage == "after-dot" or (stage, fault) == ("dot", "endless")):
                check(f"{who} has", kept, 1)  # a 250, if one has the patience to read it
            else:
                check(f"{who} has", kept, 1 if state == "sent" else 0)

    def test_every_stage_times_every_fault(self):
        cells = [(stage, fault) for stage, row in MATRIX.items() for fault in row]
        for stage in set(MATRIX) - {"body", "tls"}:  # no reply is due there that could be shaped
            self.assertEqual(set(MATRIX[stage]), set(FAULTS), stage)
        cells.sort(key=lambda cell: not is_silence(*cell))  # these wait, while others work
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for (stage, fault), (wrong, said) in zip(
                    cells, pool.map(lambda cell: self.cell(*cell), cells)):
                with self.subTest(stage=stage, fault=fault):
                    self.assertEqual(wrong, [], said)


if __name__ == "__main__":
    unittest.main()
