"""A reader's day with the whole daemon running: a signup file, the confirmation, the yes on the page, the
welcome with the latest issue, and the way out. No hand but the reader's."""

import email
import email.policy
import http.client
import re
import threading
import time
import unittest
import urllib.parse

import sinks
import tidings

NOW = "2026-11-20T07:30:00Z"
PATIENCE = 90  # seconds; reached only by a daemon that is broken
BASE = "https://tidings.news.example"


class Day(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.instance.configure("# web:\n#   base_url:", "web:\n  listen: 127.0.0.1:0\n  base_url:")
        self.instance.briefing("daily", "2026-11-20.md", "The lead of the day is this one.\n")
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        self.daemon = self.instance.start("run", "--senders", "1")
        self.lines = []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        self.addCleanup(self.end)

    def read(self):
        for line in self.daemon.stderr:
            self.lines.append(line)

    def end(self):
        if self.daemon.poll() is None:
            self.daemon.terminate()
            self.daemon.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.daemon.stdout.close()
        self.daemon.stderr.close()

    def until(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            self.assertLess(time.monotonic(), deadline, f"{what}\n{''.join(self.lines)}")
            self.assertIsNone(self.daemon.poll(), "".join(self.lines))
            time.sleep(0.05)  # a poll of other processes; nothing else tells us
        return found

    def mails(self, count):
        """{subject: mail} once so many have come."""
        self.until(f"{count} mails", lambda: len(self.sink.mails) >= count)
        mails = [email.message_from_bytes(mail.content, policy=email.policy.default)
                 for mail in list(self.sink.mails)]
        self.assertEqual(len(mails), count)
        return {str(mail["Subject"]): mail for mail in mails}

    def post(self, link, **fields):
        port = self.until("the port", lambda: next(
            (found.group(1) for line in self.lines
             if (found := re.search(r"event=listening .*port=(\d+)", line))), None))
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
        connection.request("POST", link.removeprefix(BASE), urllib.parse.urlencode(fields),
                           {"Content-Type": "application/x-www-form-urlencoded"})
        status = connection.getresponse().status
        connection.close()
        return status

    def test_from_signup_to_delivery_and_out_again(self):
        part = self.instance.dir / "subscribers" / "incoming" / ".new.csv"
        part.write_text("email,newsletter,topics\nann@readers.example,daily,\n", encoding="utf-8")
        part.rename(part.with_name("new.csv"))
        question = self.mails(1)["Please confirm: The Daily Briefing"]
        link = re.search(rf"{BASE}/c/\S+", question.get_body(("plain",)).get_content()).group(0)
        self.assertEqual(self.post(link, confirm="yes"), 200)
        mails = self.mails(3)
        self.assertIn("Welcome to The Daily Briefing", mails)
        issue = mails["The Daily Briefing: The lead of the day is this one."]
        away = re.match(r"<(https://[^>]+)>", issue["List-Unsubscribe"]).group(1)
        self.assertEqual(self.post(away, **{"List-Unsubscribe": "One-Click"}), 200)
        person = self.instance.json("subscriber", "show", "ann@readers.example")
        self.assertEqual([(row["event"], row["how"]) for row in person["consent"]],
                         [("subscribed", "file"), ("confirmed", "web"), ("unsubscribed", "web")])
        self.daemon.terminate()
        self.assertEqual(self.daemon.wait(PATIENCE), 0)
        self.assertEqual(len(self.sink.mails), 3)


if __name__ == "__main__":
    unittest.main()
