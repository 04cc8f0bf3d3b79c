"""Mails to the command address, for tests of the pipe and of mailboxes."""

DESK = "tidings@news.example"


def mail(subject="", text="", to=DESK, sender="ann@readers.example", extra=None):
    """A mail as Postfix hands it over: with the envelope in front. extra: more header lines."""
    lines = [extra] if extra else []
    if not (extra or "").startswith("Return-Path"):
        lines.append(f"Return-Path: <{sender}>")
    lines += [f"Delivered-To: {to}", f"From: A Reader <{sender}>", f"To: {to}",
              f"Subject: {subject}", "MIME-Version: 1.0",
              "Content-Type: text/plain; charset=utf-8", "", text, ""]
    return "\n".join(lines)


def switch_on(instance):
    """Has the instance read mail from people."""
    instance.configure("# command_address:", "command_address:")
    instance.configure("# web:\n#   base_url:", "web:\n  base_url:")
