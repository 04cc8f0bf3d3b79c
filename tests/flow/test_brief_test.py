"""tidings brief test: the real way to a relay, while no subscriber and no queue knows of it."""

import email
import email.policy
import unittest

import sinks
import tidings

DAY = "2026-11-20"
BRIEFING = """---
subject: One Friday
---
The lead is for everybody.

## Beds {.finance}

Beds cost money.

## Crews {.ambulances}

Crews wait.
"""


def parse(mail):
    return email.message_from_bytes(mail.content, policy=email.policy.default)


def text_of(mail):
    return parse(mail).get_body(preferencelist=("plain",)).get_content()


class BriefTest(unittest.TestCase):
    def instance(self, port):
        instance = tidings.Instance(port, now=f"{DAY}T06:00:00Z")
        self.addCleanup(instance.__exit__)
        instance.subscribe([{"email": "ann@readers.example", "name": "Ann", "topics": "finance",
                             "format": "text"}])
        instance.briefing("daily", f"{DAY}.md", BRIEFING)
        return instance

    def test_each_address_gets_the_edition_marked_as_a_test(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            done = instance.json("brief", "test", "daily", "me@desk.example", "boss@desk.example",
                                 "--date", DAY)
        self.assertEqual([(one["address"], one["accepted"], one["stage"], one["code"])
                          for one in done],
                         [("me@desk.example", True, "dot", 250),
                          ("boss@desk.example", True, "dot", 250)])
        self.assertEqual({mail.recipients[0] for mail in sink.mails},
                         {"me@desk.example", "boss@desk.example"})
        for mail in sink.mails:
            self.assertEqual(parse(mail)["Subject"], "[test] One Friday")
            self.assertEqual(parse(mail)["To"], mail.recipients[0])
            self.assertIn("Beds cost money.", text_of(mail))
            self.assertIn("Crews wait.", text_of(mail))
        self.assertEqual(len({parse(mail)["Message-ID"] for mail in sink.mails}), 2)

    def test_nothing_of_it_is_stored_and_nothing_in_it_can_act(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            before = instance.dump()
            instance.run("brief", "test", "daily", "me@desk.example", "--date", DAY)
            instance.run("brief", "test", "daily", "me@desk.example", "--date", DAY,
                         "--as", "ann@readers.example")
            self.assertEqual(instance.dump(), before)
            self.assertEqual(instance.json("queue", "stats")["states"].get("queued", 0), 0)
        first, second = sink.mails
        self.assertNotEqual(parse(first)["Message-ID"], parse(second)["Message-ID"])
        for mail in sink.mails:
            self.assertEqual(mail.sender, "bounce@news.example")
            self.assertTrue(parse(mail)["List-Unsubscribe"].endswith("/u/test>"))
            for path in ("/u/", "/p/", "/v/"):
                self.assertEqual(text_of(mail).count(path), text_of(mail).count(f"{path}test"))

    def test_it_takes_name_and_choice_of_a_subscriber_but_not_the_address(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            instance.run("brief", "test", "daily", "me@desk.example", "--date", DAY,
                         "--as", "ann@readers.example")
        mail = sink.mails[0]
        self.assertEqual(mail.recipients, ["me@desk.example"])
        self.assertEqual(parse(mail).get_content_type(), "text/plain")
        self.assertIn("Good morning Ann,", text_of(mail))
        self.assertIn("Beds", text_of(mail))
        self.assertNotIn("Crews", text_of(mail))
        self.assertNotIn(b"ann@readers.example", mail.content)

    def test_a_refusal_is_shown_in_the_servers_words_and_the_rest_is_sent(self):
        def reply(stage, argument):
            if stage == "RCPT" and argument == "gone@desk.example":
                return "550 5.1.1 no such desk"
            if stage == "RCPT" and argument == "later@desk.example":
                return "451 4.7.1 greylisted"
            return None

        with sinks.PySink(reply) as sink:
            instance = self.instance(sink.port)
            done = instance.run("brief", "test", "daily", "gone@desk.example", "me@desk.example",
                                "later@desk.example", "--date", DAY, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("later@desk.example  put off at rcpt: 451 4.7.1 greylisted", done.stdout)
        self.assertIn("gone@desk.example  refused at rcpt: 550 5.1.1 no such desk", done.stdout)
        self.assertIn("me@desk.example  accepted at dot: 250", done.stdout)
        self.assertEqual([mail.recipients[0] for mail in sink.mails], ["me@desk.example"])

    def test_a_relay_that_cannot_be_used_is_69(self):
        instance = self.instance(sinks.free_port())
        done = instance.run("brief", "test", "daily", "me@desk.example", "--date", DAY,
                            check=False)
        self.assertEqual(done.returncode, 69)
        self.assertIn("not tried at connect", done.stdout)

    def test_an_address_that_is_none_stops_it_before_anything_is_sent(self):
        with sinks.PySink() as sink:
            instance = self.instance(sink.port)
            done = instance.run("brief", "test", "daily", "me@desk.example", "not an address",
                                "--date", DAY, check=False)
        self.assertEqual(done.returncode, 64)
        self.assertIn("not an address", done.stderr)
        self.assertEqual(sink.mails, [])


if __name__ == "__main__":
    unittest.main()
