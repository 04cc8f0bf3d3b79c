"""Editions as their readers get them: our samples, a hard one, and the seeds where they are.

Each mail is what `brief preview --as` writes: byte for byte what the sender would send. The notices
(confirmation, reminder, welcome, goodbye, leave, help, report) are the golden files that the unit tests hold them to.
"""

import base64
import pathlib
import re
import struct
import zlib

import mails
import tidings

DATE = "2026-11-20"
NOW = f"{DATE}T07:00:00Z"
READER = {"email": "zoe@readers.example", "name": "Zoë O’Reader-Sample"}

ALERT = """---
subject: "Calder Vale: a major incident has been declared"
preheader: All planned work at three hospitals has stopped.
kind: alert
---

Calder Vale Ambulance Service declared a major incident at 6.40 this morning. Three hospitals have
stopped all planned work; [the trust’s page](https://calder.example/incident) has the numbers to call.

We will write again when there is more.
"""

# What is hard on a narrow screen: long words and addresses, all kinds of blocks, many sections.
HARD = """---
title: A title of many words that has to be broken on every telephone there is
standfirst: Unbreakable, nested, marked and numbered.
---

The **Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen** is a word;
https://briefing.example/a/very/long/address/that/nobody/would/type/but/that/editors/do/paste?with=many&parameters=too
is an address, and `git log --pretty=format:%h%x09%an%x09%ad%x09%s --date=short` is code.

## A heading with aWordThatIsMuchTooLongForAnyScreenOfThreeHundredPixels {.finance}

> A quotation, *with emphasis*, of one paragraph.
>
> And of another, with [a link](https://briefing.example/quotation) in it.

### A heading below a heading

1. One, and [a link with rather many words in it that has to be broken](https://briefing.example/1)
2. Two
   with a second line

- Bullets, too.
- **Strong ones.**

![A picture of 1,600 by 400 pixels: the queue outside, seen from the roof](wide.png)

## Second {.quality}

Words.

## Third {.policy}

Words.

## Fourth {.workforce}

Words.

## Fifth {.technology}

Words.

## Also today

- A list of its own: [a link](https://briefing.example/also).
"""


def png(width, height, colour=b"\x9b\x1c\x1f"):
    """A picture of one colour."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    rows = (b"\0" + colour * width) * height
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def page(path, images=True):
    """The HTML of the mail at path, with the images it brings along, or as if they were off."""
    mail = mails.decode(path.read_bytes())
    inside = {part["Content-ID"].strip("<>"): part for part in mail.walk() if part["Content-ID"]}

    def data(match):
        part = inside[match[1]]
        text = base64.b64encode(part.get_content()).decode() if images else ""
        return f'="data:{part.get_content_type()};base64,{text}"'

    return re.sub(r'="cid:([^"]+)"', data, mails.html_of(mail))


def notices():
    """(name, path of the mail) of every notice."""
    for name in ("confirm", "remind", "welcome", "goodbye", "leave", "help", "report"):
        yield name, tidings.SOURCE / "tests" / "data" / "variant" / f"{name}.eml"


class Editions:
    """An instance with one reader of everything; use it in a with statement.

    edit: what is done to the text of each source before it is used.
    """

    def __init__(self, domain=tidings.DOMAIN, date=DATE, now=NOW, edit=lambda text: text):
        self.date, self.edit = date, edit
        self.instance = tidings.Instance(9, now=now, domain=domain)
        config = self.instance.dir / "conf" / "tidings.yaml"
        text = config.read_text(encoding="utf-8")
        text = text.replace("    PLACEHOLDER: your postal address,\n    on one line or several\n",
                            "    The Briefing,\n    1 High Street,\n    London N1 1AA\n")
        text = text.replace("  # company: ", "  company: ", 1)
        text = text.replace("# web:\n#   base_url: ", "web:\n  base_url: ", 1)
        config.write_text(text, encoding="utf-8")
        for newsletter in ("daily", "live", "weekly"):
            self.instance.subscribe([READER], newsletter)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.instance.__exit__()

    def eml(self, newsletter, name, source, ending):
        """The mail of one edition, as a path. The name is that of a special, and of the file."""
        if isinstance(source, pathlib.Path):
            source = source.read_text(encoding="utf-8")
        self.instance.briefing(newsletter, f"{self.date}-{name}.{ending}", self.edit(source))
        out = self.instance.dir / "mails" / name
        self.instance.run("brief", "preview", newsletter, "--date", self.date, "--name", name,
                          "--as", READER["email"], "--out", out)
        return next(out.glob("*.eml"))

    def all(self):
        """(name, path of the mail) of every edition there is."""
        samples = tidings.SOURCE / "briefings"
        wanted = [("daily", "daily-sample", samples / "daily-sample.md"),
                  ("daily", "daily-pasted", samples / "daily-pasted.txt"),
                  ("live", "live-sample", samples / "live-sample.txt"),
                  ("weekly", "weekly-sample", samples / "weekly-sample.md")]
        seeds = sorted((tidings.SOURCE.parent / "shared" / "seeds").glob("*.txt"))
        for path in seeds:
            live = "\n5.32pm" in path.read_text(encoding="utf-8")
            wanted.append(("live" if live else "daily", f"seed-{path.name[:3]}", path))
        for newsletter, name, path in wanted:
            yield name, self.eml(newsletter, name, path, path.suffix[1:])
        yield "alert", self.eml("daily", "alert", ALERT, "md")
        (self.instance.dir / "briefings" / "daily" / "wide.png").write_bytes(png(1600, 400))
        yield "hard", self.eml("daily", "hard", HARD, "md")
