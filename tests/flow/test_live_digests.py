"""Digests and alerts of a live blog: what is new to each reader, at its hours or at once, and what an
editor may do to entries meanwhile."""

import unittest

import mails
from liveblog import ALERTS, CLOSE, FILL, NOON, OPERATOR, THREE, Blog, Case, Entry, sample


class Digests(Case):
    def test_what_is_new_at_the_hours_and_all_of_it_at_the_close(self):
        day = self.day(sample("5.00pm", "2.00pm", "11.00am", "8.30am"),
                       {"each": {}, "daily": {"cadence": "daily"}})
        self.assertEqual(day.go(8 * 60 + 31), [])
        self.assertEqual(day.go(9 * 60), [("digest-0900", "assembled")])
        day.send()
        self.assertEqual(day.go(9 * 60 + 1), [])
        self.assertEqual(day.go(NOON), [("digest-1200", "assembled")])
        day.send()
        self.assertEqual(day.go(THREE), [("digest-1500", "assembled")])
        day.send()
        self.assertEqual(day.go(CLOSE), [("close-1800", "assembled")])
        day.send()
        self.assertEqual(day.digests("each"), [["8.30am"], ["11.00am"], ["2.00pm"], ["5.00pm"]])
        self.assertEqual(day.digests("daily"), [["5.00pm", "2.00pm", "11.00am", "8.30am"]])
        self.assertEqual([mails.decode(mail)["Subject"] for mail in day.mails("each")][1:3],
                         ["Live: The news of 11 past 00am is this, and here are some more",
                          "Live: The news of 2 past 00pm is this, and here are some more"])

    def test_never_an_empty_mail(self):
        day = self.day(sample("11.00am", "8.30am"),
                       {"each": {}, "none": {"topics": "technology"}, "daily": {"cadence": "daily"}})
        day.blog.entries[0].text += " The budget of hospitals."
        day.blog.entries[1].text += " The budget of hospitals, too."
        for hour in (9 * 60, NOON, THREE, CLOSE):
            day.go(hour)
            day.send()
        self.assertEqual(day.digests("each"), [["8.30am"], ["11.00am"]])
        self.assertEqual(day.digests("none"), [])
        self.assertEqual(day.digests("daily"), [["11.00am", "8.30am"]])
        absent = day.instance.run("why", "daily@readers.example").stdout
        self.assertIn("all of it comes when the day closes", absent)
        self.assertEqual(day.state("none", "digest-1"), ("skipped", "no_section"))

    def test_as_soon_as_so_many_are_new(self):
        day = self.day(sample("11.30am", "11.00am", "10.30am", "10.00am", "8.30am"), {"each": {}},
                       configure=[("    # digest_after: 10\n", "    digest_after: 3\n")])
        self.assertEqual(day.go(9 * 60), [("digest-0900", "assembled")])
        day.send()
        self.assertEqual(day.go(10 * 60 + 30), [])
        self.assertEqual(day.go(11 * 60), [("digest-4", "assembled")])
        day.send()
        self.assertEqual(day.go(NOON), [("digest-1200", "assembled")])
        day.send()
        self.assertEqual(day.digests("each"), [["8.30am"], ["11.00am", "10.30am", "10.00am"],
                                               ["11.30am"]])

    def test_who_has_an_hour_of_their_own_gets_it_then_the_hour_of_a_digest_too(self):
        day = self.day(sample("5.00pm", "2.00pm", "11.00am", "8.30am"),
                       {"noon": {"at": "12:00"}, "two": {"at": "14:00"}, "close": {"at": "18:00"}})
        for now in (9 * 60, NOON, 14 * 60, THREE, CLOSE):
            day.go(now)
            day.send()
        self.assertEqual(day.digests("noon"), [["11.00am", "8.30am"]])
        self.assertEqual(day.digests("two"), [["11.00am", "8.30am"]])
        self.assertEqual(day.digests("close"), [["5.00pm", "2.00pm", "11.00am", "8.30am"]])
        self.assertEqual([day.instance.queue("newsletter=live", "state=queued")[
            f"{name}@readers.example"]["due"] for name in ("noon", "two")],
            ["2026-11-21T12:00:00Z", "2026-11-21T14:00:00Z"])

    def test_the_first_of_the_day_too(self):
        day = self.day(sample("11.00am"), {"noon": {"at": "12:00"}})
        day.go(9 * 60)
        day.go(NOON)
        self.assertEqual({row["due"] for row in day.instance.queue("newsletter=live").values()},
                         {"2026-11-20T12:00:00Z"})

    def test_a_day_without_a_blog_is_not_missed(self):
        day = self.day(sample("10.00am"), {"each": {}})
        day.blog.at = lambda now: None
        self.assertEqual(day.go(9 * 60), [])
        self.assertEqual(day.go(23 * 60), [])

    def test_a_draft_is_waited_for(self):
        day = self.day(sample("10.00am"), {"each": {}})
        self.assertEqual(day.go(9 * 60), [])
        day.blog.masthead = "---\nkind: live\ndraft: true\n---\n"
        path = day.instance.briefing("live", "2026-11-20.md", day.blog.at(NOON))
        day.blog.at = lambda now: None
        self.assertEqual(day.go(NOON), [("digest-1200", "waiting")])
        path.write_text(path.read_text().replace("draft: true\n", ""))
        self.assertEqual(day.go(NOON + 10), [("digest-1200", "assembled")])

    def test_a_scheduler_that_was_away_sends_one_digest_not_three(self):
        day = self.day(sample("2.00pm", "11.00am", "8.30am"), {"each": {}})
        self.assertEqual(day.go(THREE + 5), [("digest-1500", "assembled")])
        day.send()
        self.assertEqual(day.digests("each"), [["2.00pm", "11.00am", "8.30am"]])

    def test_references_are_links_when_both_are_in_the_mail(self):
        blog = sample("11.00am", "10.00am", "8.30am")
        blog.entries[0].text += " (see 10.00am) (see 8.30am)"
        day = self.day(blog, {"each": {}})
        day.go(9 * 60)
        day.send()
        day.go(NOON)
        day.send()
        html = mails.html_of(mails.decode(day.mails("each")[1]))
        self.assertIn('href="#at-1000"', html)
        self.assertNotIn('href="#at-0830"', html)
        self.assertIn("8.30am", html)


class Editors(Case):
    def test_an_edited_entry_is_not_sent_again_and_a_late_one_is_sent(self):
        day = self.day(sample("11.00am", "10.00am", "8.30am"), {"each": {}})
        day.go(9 * 60)
        day.send()
        day.blog.find("8.30am").text += " Corrected: it was not so."
        day.blog.entries.append(Entry(f"7.15am Typed late, this one, {FILL}", seen=10 * 60))
        day.go(NOON)
        day.send()
        self.assertEqual(day.digests("each"), [["8.30am"], ["11.00am", "10.00am", "7.15am"]])

    def test_two_of_one_minute_are_two(self):
        day = self.day(sample("10.00am", "8.30am"), {"each": {}})
        day.blog.entries.insert(1, Entry(f"8.30am Another of that minute, {FILL}", seen=9 * 60 + 5))
        day.go(9 * 60)
        day.send()
        day.go(NOON)
        day.send()
        self.assertEqual(day.digests("each"), [["8.30am"], ["10.00am", "8.30am"]])
        self.assertEqual([entry.mark for entry in day.blog.shown(day.mails("each")[1])][1],
                         "Another of that minute, and here are")


class Alerts(Case):
    def blog(self):
        return Blog([Entry(f"2.00pm The budget is this, {FILL}"),
                     Entry(f"1.00pm !urgent The minister has resigned, {FILL}"),
                     Entry(f"8.30am The first of the day, {FILL}")])

    def test_at_once_to_those_who_ask_and_later_to_the_others(self):
        day = self.day(self.blog(), {"all": {}, "only": {"topics": "alerts"},
                                     "not": {"topics": "-alerts"}, "daily": {"cadence": "daily"}},
                       configure=ALERTS)
        day.go(9 * 60)
        day.send()
        self.assertEqual(day.go(13 * 60), [("alert-2", "assembled")])
        self.assertEqual(day.go(13 * 60 + 1), [])
        day.send()
        self.assertEqual(day.digests("only"), [["8.30am"], ["1.00pm"]])  # it names no topic
        for hour in (THREE, CLOSE):
            day.go(hour)
            day.send()
        self.assertEqual(day.digests("all"), [["8.30am"], ["1.00pm"], ["2.00pm"]])
        self.assertEqual(day.digests("not"), [["8.30am"], ["2.00pm", "1.00pm"]])
        self.assertEqual(day.digests("daily"), [["1.00pm"], ["2.00pm", "8.30am"]])
        self.assertIn("resigned", mails.decode(day.mails("all")[1])["Subject"])
        classes = {row["slug"]: row for row in day.instance.json("edition", "list")}
        shown = day.instance.json("edition", "show", str(classes["2026-11-20-alert-2"]["edition"]))
        self.assertEqual(shown["class"], "alert")

    def test_an_alert_goes_before_the_digest_of_its_hour(self):
        blog = self.blog()
        blog.entries.insert(0, Entry(f"2.58pm !urgent And the next one too, {FILL}", seen=THREE))
        blog.entries.remove(blog.find("1.00pm"))
        day = self.day(blog, {"all": {}}, configure=ALERTS)
        day.go(9 * 60)
        day.send()
        self.assertEqual(day.go(THREE), [("alert-3", "assembled")])
        self.assertEqual(day.go(THREE), [])  # it waits for the alert
        day.send()
        self.assertEqual(day.go(THREE + 1), [("digest-1500", "assembled")])
        day.send()
        self.assertEqual(day.digests("all"), [["8.30am"], ["2.58pm"], ["2.00pm"]])

    def test_an_alert_that_does_not_get_through_is_in_the_digest(self):
        day = self.day(self.blog(), {"all": {}, "ill": {}}, configure=ALERTS)
        day.go(9 * 60)
        day.send()
        day.go(13 * 60)
        day.send("rcpt 451 to ill@readers.example")
        day.go(THREE)
        day.send()
        self.assertEqual(day.state("ill", "alert"), ("cancelled", "superseded"))
        self.assertEqual(day.digests("all"), [["8.30am"], ["1.00pm"], ["2.00pm"]])
        self.assertEqual(day.digests("ill"), [["8.30am"], ["2.00pm", "1.00pm"]])

    def test_an_old_one_is_no_alert_any_more(self):
        day = self.day(self.blog(), {"all": {}}, configure=ALERTS)
        day.blog.find("1.00pm").seen = THREE + 30
        day.go(9 * 60)
        day.send()
        self.assertEqual(day.go(THREE + 30), [("digest-1500", "assembled")])
        day.send()
        self.assertEqual(day.digests("all"), [["8.30am"], ["2.00pm", "1.00pm"]])

    def test_more_alerts_than_there_can_be_are_told_and_go_with_the_digest(self):
        stamps = [f"12.{minute}pm" for minute in range(20, 60)] + [f"1.{minute:02}pm" for minute in range(26)]
        seen = 13 * 60 + 26
        blog = Blog([*(Entry(f"{stamp} !urgent Number {stamp.replace('.', ' past ')}, {FILL}", seen=seen)
                       for stamp in reversed(stamps)), Entry(f"8.30am The first of the day, {FILL}")])
        day = self.day(blog, {"all": {}}, configure=[*ALERTS, *OPERATOR])
        day.go(9 * 60)
        day.send()
        said = [deed for _, deed in day.go(seen)]
        self.assertEqual([said.count("assembled"), len(said) - 62], [62, 4])
        self.assertEqual(set(said[62:]), {"no_alert"})
        self.assertEqual(day.go(seen + 1), [])
        day.send()
        report, = self.reports(day, "no more alerts today")
        self.assertNotIn("tidings edition", mails.text_of(report))
        self.assertEqual(day.go(THREE), [("digest-1500", "assembled")])
        day.send()
        self.assertEqual(len(day.digests("all")[-1]), 4)


class Leftover(Case):
    """What comes when no digest comes any more is never silent."""

    def blog(self):
        return Blog([Entry(f"6.40pm And one more, {FILL}", seen=18 * 60 + 50),
                     Entry(f"6.20pm After the close, {FILL}"),
                     Entry(f"8.30am The first of the day, {FILL}")])

    def test_what_comes_after_the_close_is_told(self):
        day = self.day(self.blog(), {"all": {}}, configure=OPERATOR)
        for hour in (9 * 60, THREE):
            day.go(hour)
        day.send()
        self.assertEqual(day.go(CLOSE), [("close-1800", "assembled")])
        self.assertEqual(day.go(CLOSE + 20), [("left", "left")])
        self.assertEqual(day.go(CLOSE + 21), [])
        self.assertEqual(day.go(CLOSE + 50), [("left-3", "left")])
        self.assertEqual(day.go(CLOSE + 51), [])
        day.send()
        report, = self.reports(day, "entries that go to nobody")
        text = " ".join(mails.text_of(report).split())
        self.assertIn("1 entry came after the last digest of the day, the latest of 18:20", text)
        self.assertIn("tidings edition assemble live --date 2026-11-20", text)

    def test_a_day_whose_digests_had_all_is_quiet(self):
        blog = self.blog()
        for stamp in ("6.40pm", "6.20pm"):
            blog.entries.remove(blog.find(stamp))
        day = self.day(blog, {"all": {}})
        self.assertEqual(day.go(9 * 60), [("digest-0900", "assembled")])
        self.assertEqual(day.go(CLOSE), [("close-1800", "assembled")])
        self.assertEqual(day.go(CLOSE + 20), [])


if __name__ == "__main__":
    unittest.main()
