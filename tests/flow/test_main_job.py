"""The main job as its users run it: a briefing, twenty thousand subscribers with their wishes, and
Postfix's smtp-sink as the relay. Two thousand, unless TD_FULL is on."""

import re
import unittest
from collections import Counter

import mails
import sinks
import tidings

tidings.need("smtp-sink")

DATE = "2026-11-20"
SEVEN = f"{DATE}T07:00:00Z"
PEOPLE = 20_000 if tidings.FULL else 2_000
BRIEFING = """---
standfirst: In brief.
---
What leads is for everyone: éclairs – “free”.

## Crews wait {.ambulances}

They wait for the AMBULANCESTORY to end.

## It adds up at night {.finance}

Only the FINANCESTORY says why.

## Both at once {.ambulances .finance}

This BOTHSTORY has two topics.

## For all

The PLAINSTORY has none.
"""
CHOICES = ["", "ambulances", "finance", "ambulances finance", "-ambulances", "-finance",
           "workforce", "-ambulances -finance"]
STORIES = {"AMBULANCESTORY": {"ambulances"}, "FINANCESTORY": {"finance"},
           "BOTHSTORY": {"ambulances", "finance"}, "PLAINSTORY": set()}


def make_people(count):
    """{address: wishes}: eight choices of topics in two formats, some with a name."""
    return {f"reader{number:05}@example{number % 7}.org":
            {"topics": CHOICES[number % 8], "format": ("html", "text")[number // 8 % 2],
             "name": f"Zoë {number}" if number % 3 else ""}
            for number in range(count)}


def shown(choice):
    """The stories that a reader of this choice is to see, by the rules in words."""
    words = choice.split()
    if words and not words[0].startswith("-"):
        wanted = set(words)
    else:
        wanted = {"ambulances", "finance"} - {word[1:] for word in words}
    return {"PLAINSTORY"} | {story for story, topics in STORIES.items() if topics & wanted}


class MainJob(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.people = make_people(PEOPLE)
        cls.sink = cls.enterClassContext(sinks.SmtpSink(dump=True))
        cls.instance = cls.enterClassContext(tidings.Instance(cls.sink.port, now=SEVEN))
        cls.imported = cls.instance.subscribe([{"email": who, **wishes}
                                               for who, wishes in cls.people.items()])
        cls.instance.briefing("daily", f"{DATE}.md", BRIEFING)
        assemble = ("edition", "assemble", "daily", "--date", DATE)
        cls.made = cls.instance.json(*assemble)
        cls.sent = cls.instance.json("send", "--drain")
        cls.stats = cls.instance.json("queue", "stats")
        cls.mails = cls.sink.mails()
        cls.made_again = cls.instance.json(*assemble)
        cls.sent_again = cls.instance.json("send", "--drain")
        cls.stats_again = cls.instance.json("queue", "stats")
        cls.mails_again = cls.sink.count()

    def test_every_subscriber_gets_it_exactly_once(self):
        self.assertEqual(len(self.mails), PEOPLE)
        self.assertEqual({len(mail.recipients) for mail in self.mails}, {1})
        self.assertEqual(sorted(mail.recipients[0] for mail in self.mails), sorted(self.people))
        ids = {re.search(rb"^Message-ID: (\S+)$", mail.content, re.M).group(1)
               for mail in self.mails}
        self.assertEqual(len(ids), PEOPLE)

    def test_the_json_says_what_happened(self):
        self.assertEqual({key: self.imported[key] for key in ("added", "updated", "refused")},
                         {"added": PEOPLE, "updated": 0, "refused": 0})
        self.assertIsInstance(self.imported["batch"], int)
        self.assertIsNone(self.imported["errors"])
        self.assertEqual({key: self.made[key] for key in
                          ("edition", "newsletter", "date", "messages", "skipped", "existing")},
                         {"edition": 1, "newsletter": "daily", "date": DATE,
                          "messages": PEOPLE, "skipped": 0, "existing": False})
        self.assertEqual({key: self.sent[key] for key in
                          ("sent", "deferred", "failed", "in_doubt")},
                         {"sent": PEOPLE, "deferred": 0, "failed": 0, "in_doubt": 0})
        self.assertIsInstance(self.sent["seconds"], float)
        states = {state: count for state, count in self.stats["states"].items() if count}
        self.assertEqual(states, {"sent": PEOPLE})

    def test_who_sees_the_same_shares_a_variant(self):
        kinds = {(frozenset(shown(wishes["topics"])), wishes["format"])
                 for wishes in self.people.values()}
        self.assertLessEqual(self.made["variants"], 16)
        self.assertEqual(self.made["variants"], len(kinds))

    def test_again_changes_nothing_and_says_so(self):
        self.assertEqual(self.made_again, {**self.made, "existing": True})
        self.assertEqual({**self.sent_again, "seconds": 0},
                         {**self.sent, "sent": 0, "seconds": 0})
        self.assertEqual(self.stats_again, self.stats)
        self.assertEqual(self.mails_again, PEOPLE)

    def test_each_sees_the_sections_they_chose_and_no_others(self):
        seen = Counter()
        for mail in self.mails[::max(1, PEOPLE // 2000)]:
            wishes = self.people[mail.recipients[0]]
            message = mails.decode(mail.content)
            parts = [mails.text_of(message)]
            if wishes["format"] == "html":
                parts.append(mails.html_of(message))
            self.assertEqual(message.is_multipart(), wishes["format"] == "html")
            for part in parts:
                self.assertIn("éclairs – “free”", part)
                stories = {story for story in STORIES if story in part}
                self.assertEqual(stories, shown(wishes["topics"]), wishes)
                self.assertEqual("Crews wait" in part, "AMBULANCESTORY" in stories)
            seen[wishes["topics"], wishes["format"]] += 1
        self.assertEqual(len(seen), 16)

    def test_the_envelope_is_the_subscribers_own(self):
        senders = set()
        for mail in self.mails:
            to = re.search(rb"^To: (.*(?:\n[ \t].*)*)", mail.content, re.M).group(1).decode()
            self.assertIn(mail.recipients[0], to)
            self.assertRegex(mail.sender, r"^bounce\+[a-z2-7]+@news\.example$")
            self.assertLessEqual(len(mail.sender.split("@")[0]), 64)
            senders.add(mail.sender.lower())
        self.assertEqual(len(senders), PEOPLE)

    def test_the_headers_are_those_of_a_list(self):
        for mail in self.mails[:100]:
            message = mails.decode(mail.content)
            who = mail.recipients[0]
            name = self.people[who]["name"]
            counts = Counter(key.lower() for key in message.keys())
            self.assertEqual(set(counts.values()), {1}, counts)
            for absent in ("received", "return-path", "bcc", "sender", "dkim-signature",
                           "authentication-results"):
                self.assertNotIn(absent, counts)
            (to,) = message["To"].addresses
            self.assertEqual((to.addr_spec, to.display_name), (who, name))
            (sender,) = message["From"].addresses
            self.assertEqual((sender.addr_spec, sender.display_name),
                             ("daily@news.example", "The Daily Briefing"))
            self.assertEqual(message["Date"], "Fri, 20 Nov 2026 07:00:00 +0000")
            self.assertRegex(message["Message-ID"], r"^<[^\s<>@]+@news\.example>$")
            self.assertEqual(message["Subject"],
                             "The Daily Briefing: What leads is for everyone: éclairs – “free”.")
            self.assertEqual(message["MIME-Version"], "1.0")
            self.assertEqual(message["Auto-Submitted"], "auto-generated")
            self.assertRegex(message["List-Id"], r"^[^<>]*<daily\.news\.example>$")
            self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
            self.assertEqual(message["List-Post"], "NO")
            self.assert_unsubscribe(message, who)

    def assert_unsubscribe(self, message, who):
        """One https URI, no address in it, the same as the visible link of both parts."""
        header = message["List-Unsubscribe"]
        (url,) = re.findall(r"<(https://[^<>\s]+)>", header)
        self.assertTrue(header.startswith(f"<{url}>"), header)
        self.assertNotIn(who.split("@")[0], url)
        self.assertIn(f"Unsubscribe:\n{url}\n", mails.text_of(message))
        if message.is_multipart():
            self.assertIn(url, mails.html_of(message))

    def test_unsubscribe_links_are_all_different(self):
        urls = {re.search(rb"^List-Unsubscribe:\s+<(\S+)>", mail.content, re.M).group(1)
                for mail in self.mails}
        self.assertEqual(len(urls), PEOPLE)

    def test_no_mail_names_another_reader(self):
        for mail in self.mails[:300]:
            text = mails.text_of(mails.decode(mail.content))
            self.assertEqual(set(re.findall(r"reader\d+@\S+", text)), {mail.recipients[0]})


class Others(unittest.TestCase):
    def test_a_pasted_briefing_goes_to_everyone_in_few_variants_by_its_keywords(self):
        people = make_people(200)
        with sinks.SmtpSink(dump=True) as sink, tidings.Instance(sink.port, now=SEVEN) as instance:
            instance.subscribe([{"email": who, **wishes} for who, wishes in people.items()])
            instance.briefing("daily", f"{DATE}.txt",
                              tidings.SOURCE / "briefings" / "daily-pasted.txt")
            made = instance.json("edition", "assemble", "daily", "--date", DATE)
            self.assertEqual((made["messages"], made["skipped"]), (200, 0))
            self.assertIn(made["variants"], range(4, 17))
            self.assertEqual(instance.json("send", "--drain")["sent"], 200)
            received = {mail.recipients[0]: mails.text_of(mails.decode(mail.content))
                        for mail in sink.mails()}
        self.assertEqual(sorted(received), sorted(people))
        for who, text in received.items():
            self.assertIn("It is not often that a waiting list falls", text)  # the lead
            self.assertIn("Our columnist goes back to the ward", text)  # the also-list
            topics = people[who]["topics"]
            if topics == "ambulances":
                self.assertIn("Paramedics at Calder Vale", text)  # by its keyword
            elif topics == "-ambulances -finance":
                self.assertNotIn("Paramedics at Calder Vale", text)

    def test_whom_nothing_is_for_is_skipped_with_the_reason(self):
        with sinks.SmtpSink() as sink, tidings.Instance(sink.port, now=SEVEN) as instance:
            instance.subscribe([{"email": "crews@example.org", "topics": "ambulances"},
                                {"email": "money@example.org", "topics": "finance"},
                                {"email": "all@example.org"}])
            instance.briefing("daily", f"{DATE}.md", "## Money {.finance}\n\nIt is short.\n")
            made = instance.json("edition", "assemble", "daily", "--date", DATE)
            self.assertEqual((made["messages"], made["skipped"], made["variants"]), (2, 1, 1))
            row = instance.queue("state=skipped")["crews@example.org"]
            self.assertEqual((row["reason"], row["next"]), ("no_section", None))
            self.assertEqual(instance.json("send", "--drain")["sent"], 2)
            self.assertEqual(sink.count(), 2)
            self.assertEqual(instance.states(), {"sent": 2, "skipped": 1})


if __name__ == "__main__":
    unittest.main()
