"""Sending where something else than the queue sets the pace: signatures, or a relay that takes its time."""

import re
import subprocess

import sinks
import tidings
from measure import Run, command, expect, figure, talk
from scene import DATES, import_people, new_instance, write_people

KEYS = {"rsa": ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"],
        "ed25519": ["-algorithm", "ed25519"]}
SIGNED_MAX = 20_000
SESSIONS, LATENCY = 200, 0.05  # seconds a reply
REPLIES = ("mail", "rcpt", "data", "dot")


def add_keys(instance):
    config = ["dkim:"]
    for name, kind in KEYS.items():
        path = instance.dir / "conf" / "keys" / f"{name}.pem"
        path.touch(0o600)
        path.write_bytes(subprocess.run(["openssl", "genpkey", *kind], check=True,
                                        capture_output=True).stdout)
        config += [f"  - domain: {tidings.DOMAIN}", f"    selector: {name}.2026",
                   f"    key_file: conf/keys/{name}.pem"]
    with (instance.dir / "conf" / "tidings.yaml").open("a", encoding="utf-8") as out:
        out.write("\n".join(config) + "\n")


def signing_rate():
    """Messages a second that one processor could sign with both keys, by openssl's own measure."""
    said = Run(["openssl", "speed", "-seconds", "1", "rsa2048", "ed25519"]).stdout
    rates = re.findall(r"(?m)^ *(?:rsa 2048 bits|253 bits EdDSA).*?([\d.]+) +[\d.]+$", said)
    return 1 / sum(1 / float(rate) for rate in rates), len(rates)


def queued(scratch, instance, count):
    people = scratch / "wire.csv"
    write_people(people, count)
    import_people(instance, people)
    people.unlink()
    run = command(instance, f"{DATES[0]}T07:00:00Z", "edition", "assemble", "daily",
                  "--date", DATES[0])
    expect(run, messages=count)


def send(instance, count):
    run = command(instance, f"{DATES[0]}T07:00:01Z", "send", "--drain")
    expect(run, sent=count)
    return run


def signed(scratch, count, source_rate):
    """source_rate: messages a second of the best smtp-source of this run."""
    count = min(count, SIGNED_MAX)
    talk(f"{count} messages signed twice")
    bare, keys = signing_rate()
    with sinks.SmtpSink(counts=False) as sink, new_instance(sink.port) as instance:
        add_keys(instance)
        queued(scratch, instance, count)
        rate = count / send(instance, count).seconds
    yield figure("dkim", rate / min(bare, source_rate), ">=", 0.8,
                 messages_per_second=round(rate), keys=keys,
                 beside={"what": "the smaller of smtp-source and what openssl speed signs with both "
                         "keys on one processor", "signatures_per_second": round(bare),
                         "smtp_source_per_second": round(source_rate)})


def slow(scratch, rounds):
    """Each session sends so many messages one after another. One in ten is kept for alerts, so 0.9 is all
    that dailies alone can reach; of 20 messages each, opening the sessions takes a tenth besides."""
    count = SESSIONS * rounds
    ideal = SESSIONS / (len(REPLIES) * LATENCY)
    talk(f"{count} messages in {SESSIONS} sessions, each reply after {LATENCY * 1000:.0f} ms")
    faults = "; ".join(f"{stage} slow {LATENCY * 1000:.0f}ms" for stage in REPLIES)
    with (sinks.TidingsSink("--faults", faults) as sink,
          new_instance(sink.port, SESSIONS) as instance):
        queued(scratch, instance, count)
        rate = count / send(instance, count).seconds
    yield figure("slow-replies", rate / ideal, ">=", 0.85, messages=count,
                 messages_per_second=round(rate),
                 beside={"what": f"{SESSIONS} sessions, {len(REPLIES)} replies of a message, "
                         f"{LATENCY * 1000:.0f} ms each", "messages_per_second": round(ideal)})
