"""What a subscriber costs when there are more of them: import, fan-out and send, on one line."""

import sinks
from measure import command, expect, figure, talk
from scene import DATES, import_people, new_instance, write_people

STEPS = ("import", "assemble", "send")


def costs(scratch, count):
    """Seconds of processor time for each step, and on the wall, by subscriber."""
    talk(f"growth: {count} subscribers")
    people = scratch / "growth.csv"
    write_people(people, count)
    with sinks.SmtpSink(counts=False) as sink, new_instance(sink.port) as instance:
        runs = [import_people(instance, people),
                command(instance, f"{DATES[0]}T07:00:00Z", "edition", "assemble", "daily",
                        "--date", DATES[0]),
                command(instance, f"{DATES[0]}T07:00:01Z", "send", "--drain")]
    people.unlink()
    for run, counted in zip(runs, ("added", "messages", "sent")):
        expect(run, **{counted: count})
    return {"subscribers": count,
            "microseconds": {step: round(run.cpu / count * 1e6, 1)
                             for step, run in zip(STEPS, runs)},
            "seconds": {step: round(run.seconds, 2) for step, run in zip(STEPS, runs)}}


def figures(scratch, sizes):
    """The first size is what the others are told beside; the largest of all ratios is the figure."""
    rows = [costs(scratch, size) for size in sizes]
    first, worst = rows[0]["microseconds"], 0.0
    for row in rows:
        row["ratio"] = {step: round(row["microseconds"][step] / first[step], 2) for step in STEPS}
        worst = max(worst, *row["ratio"].values())
    talk("growth: " + "; ".join(
        f"{row['subscribers']}: " + ", ".join(
            f"{step} {row['microseconds'][step]} us x{row['ratio'][step]}" for step in STEPS)
        for row in rows))
    yield figure("growth", worst, "<=", 1.5, by_size=rows[1:],
                 beside={"what": "processor time by subscriber of the fewest", **rows[0]})
