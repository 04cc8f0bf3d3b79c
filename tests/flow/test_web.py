"""The pages behind the links of mails: what they show, what they do, and what they never do."""

import email
import email.policy
import random
import re
import socket
import time
import unittest

import sinks
import tidings
from web import Web

NOW = "2026-11-20T12:00:00Z"
BRIEFING = """# The day

The lead of the day goes to everybody who reads this.

## Money {.finance}

Finance has news today, and that is all.

## Staff {.workforce}

The workforce has news as well.
"""
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Pages(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(sinks.PySink())
        self.instance = self.enterContext(tidings.Instance(self.sink.port, now=NOW))
        self.web = self.enterContext(Web(self.instance))

    def send(self):
        """What arrives. The server's clock began at NOW and has gone on since."""
        before = len(self.sink.mails)
        self.instance.run("send", "--drain", now="2026-11-20T12:30:00Z")
        return [email.message_from_bytes(mail.content, policy=email.policy.default)
                for mail in self.sink.mails[before:]]

    def reader(self, *words, address="ann@readers.example"):
        """An active reader's mail of an issue."""
        self.instance.run("subscribe", address, "--newsletter", "daily", "--name", "Ann Lee",
                          "--confirmed", "--source", "test", *words)
        if not (self.instance.dir / "briefings/daily/2026-11-20.md").exists():
            self.instance.briefing("daily", "2026-11-20.md", BRIEFING)
            self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20")
        mail, = self.send()
        return mail

    @staticmethod
    def link(mail, path):
        """The link of that path, and whether header and both bodies agree on it."""
        found = set()
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                found |= set(re.findall(rf"{Web.base}/{path}/([A-Za-z0-9_-]+)",
                                        part.get_content()))
        token, = found
        return f"{Web.base}/{path}/{token}"

    def status(self, address="ann@readers.example"):
        person = self.instance.json("subscriber", "show", address)
        return person["subscriptions"][0]["status"]

    def ledger(self, address="ann@readers.example"):
        person = self.instance.json("subscriber", "show", address)
        return [(row["event"], row["how"], row["source"]) for row in person["consent"]]

    # ---- unsubscribe -------------------------------------------------------------------------

    def test_a_thousand_gets_change_nothing(self):
        link = self.link(self.reader(), "u")
        before = self.instance.dump()
        for i in range(1000):
            status, _, text = self.web.ask(("GET", "HEAD")[i % 2], link)
            self.assertEqual(status, 200)
        self.assertEqual(self.instance.dump(), before)
        self.assertEqual(self.status(), "active")
        status, _, text = self.web.get(link)
        self.assertIn('<form method="post">', text)
        self.assertIn("a…@readers.example", text)
        self.assertNotIn("ann@", text)

    def test_one_post_unsubscribes_and_a_second_answers_the_same(self):
        forms = {
            "urlencoded": lambda link: self.web.post(link, ONE_CLICK),
            "multipart": lambda link: self.web.post_multipart(link, ONE_CLICK),
            "charset": lambda link: self.web.post(
                link, ONE_CLICK,
                **{"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}),
            "page": lambda link: self.web.post(link, {"unsubscribe": "yes"}),
        }
        for i, (name, post) in enumerate(forms.items()):
            with self.subTest(name):
                address = f"r{i}@readers.example"
                self.instance.run("subscribe", address, "--newsletter", "daily", "--confirmed",
                                  "--source", "test")
                self.instance.briefing("daily", f"2026-11-20-{name}.md", BRIEFING)
                self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", "--name",
                                  name)
                mail, = [mail for mail in self.send() if str(mail["To"]) == address]
                header = re.fullmatch(r"<(https://\S+)>", mail["List-Unsubscribe"]).group(1)
                self.assertEqual(header, self.link(mail, "u"))
                first = post(header)
                again = post(header)
                for status, headers, _ in (first, again):
                    self.assertEqual(status, 200)
                    self.assertIsNone(headers["Location"])
                    self.assertIsNone(headers["Set-Cookie"])
                plain = [re.sub(r'nonce="[^"]*"', "", text) for _, _, text in (first, again)]
                self.assertEqual(plain[0], plain[1])
                self.assertEqual(self.status(address), "unsubscribed")
                source = "page" if name == "page" else "one-click"
                self.assertEqual(self.ledger(address),
                                 [("stated", "command", "test"), ("unsubscribed", "web", source)])

    def test_one_click_brings_no_goodbye_and_the_page_does(self):
        mail = self.reader()
        self.web.post(self.link(mail, "u"), ONE_CLICK)
        self.assertEqual(self.send(), [])
        self.instance.run("subscribe", "ann@readers.example", "--newsletter", "daily",
                          "--confirmed", "--source", "test")
        self.web.post(self.link(mail, "u"), {"unsubscribe": "yes"})
        goodbye, = self.send()
        self.assertEqual(goodbye["Subject"], "You have left The Daily Briefing")

    def test_what_is_queued_is_withdrawn(self):
        mail = self.reader()
        self.instance.briefing("daily", "2026-11-20-more.md", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", "--name", "more")
        self.web.post(self.link(mail, "u"), ONE_CLICK)
        self.assertEqual(self.send(), [])
        self.assertEqual(self.instance.queue("reason=unsubscribed")["ann@readers.example"]["state"],
                         "cancelled")

    def test_altered_tokens_are_refused(self):
        mail = self.reader()
        rand = random.Random(20261120)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        token = self.link(mail, "u").rsplit("/", 1)[1]
        before = self.instance.dump()
        for _ in range(2000 if tidings.FULL else 300):
            place = rand.randrange(len(token))
            other = rand.choice(alphabet.replace(token[place], ""))
            altered = rand.choice((token[:place] + other + token[place + 1:], token[:place],
                                   token + other, token.swapcase()))
            status, _, _ = self.web.post(f"/u/{altered}", ONE_CLICK)
            self.assertEqual(status, 404, altered)
        for path in ("c", "p", "v"):  # nor may one purpose stand in for another
            self.assertEqual(self.web.post(f"/{path}/{token}", ONE_CLICK)[0],
                             405 if path == "v" else 404)
            self.assertEqual(self.web.get(f"/{path}/{token}")[0], 404)
            other = self.link(mail, path).rsplit("/", 1)[1] if path != "c" else token
            self.assertEqual(self.web.post(f"/u/{other}x", ONE_CLICK)[0], 404)
        for path in ("p", "v"):
            other = self.link(mail, path).rsplit("/", 1)[1]
            self.assertEqual(self.web.post(f"/u/{other}", ONE_CLICK)[0], 404)
        self.assertEqual(self.instance.dump(), before)

    def test_a_link_holds_nothing_personal(self):
        mail = self.reader()
        for path in ("u", "p", "v"):
            link = self.link(mail, path)
            self.assertNotIn("@", link)
            self.assertNotIn("readers", link)

    def test_old_links_stay_good_when_the_key_is_replaced(self):
        mail = self.reader()
        old = self.link(mail, "u")
        made = self.instance.json("key", "rotate")
        self.assertEqual(made["key"], 2)
        self.assertEqual([(key["key"], key["use"]) for key in self.instance.json("key", "list")],
                         [(2, "signs"), (1, "verifies")])
        self.instance.briefing("daily", "2026-11-20-more.md", BRIEFING)
        self.instance.run("edition", "assemble", "daily", "--date", "2026-11-20", "--name", "more")
        newer, = self.send()
        self.assertNotEqual(self.link(newer, "u"), old)
        self.web.stop()
        self.web.start()
        self.assertEqual(self.web.get(self.link(newer, "u"))[0], 200)
        self.assertEqual(self.web.post(old, ONE_CLICK)[0], 200)
        self.assertEqual(self.status(), "unsubscribed")

    # ---- confirm -----------------------------------------------------------------------------

    def question(self, *words):
        self.instance.run("subscribe", "ann@readers.example", "--newsletter", "daily", *words)
        mail, = self.send()
        return self.link(mail, "c")

    def test_a_get_does_not_confirm_and_a_post_does(self):
        link = self.question()
        for _ in range(20):
            status, _, text = self.web.get(link)
            self.assertEqual(status, 200)
        self.assertEqual(self.status(), "pending")
        for _ in range(2):  # a second answers the same
            status, _, text = self.web.post(link, {"confirm": "yes"})
            self.assertEqual(status, 200)
            self.assertIn("You are on the list", text)
        self.assertEqual(self.status(), "active")
        welcome, = self.send()
        self.assertEqual(welcome["Subject"], "Welcome to The Daily Briefing")

    def test_the_ledger_has_the_words_and_whose_yes_it_was_but_no_address(self):
        self.web.post(self.question(), {"confirm": "yes"}, **{"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
        event, how, source = self.ledger()[-1]
        self.assertEqual((event, how), ("confirmed", "web"))
        self.assertRegex(source, r"^page, from [0-9a-f]{16}$")
        self.assertNotIn("192.0.2.7", self.instance.dump())
        (wording, basis), = self.instance.query("SELECT wording, basis FROM consent WHERE event = 2")
        (asked, *_), *_ = self.instance.query(
            "SELECT lower(hex(hash)) FROM edition WHERE slug LIKE 'confirm-%'")
        self.assertTrue(asked.startswith(wording.removeprefix("confirm ")))
        self.assertEqual(basis, 1)

    def test_a_confirmation_brings_nobody_back_who_left(self):
        link = self.question()
        self.instance.run("unsubscribe", "ann@readers.example")
        self.assertEqual(self.web.get(link)[0], 410)
        self.assertEqual(self.web.post(link, {"confirm": "yes"})[0], 410)
        self.assertEqual(self.status(), "unsubscribed")

    # ---- view, preferences -------------------------------------------------------------------

    def test_a_mail_in_the_browser_is_the_readers_own(self):
        mail = self.reader("--topics", "workforce")
        status, headers, page = self.web.get(self.link(mail, "v"))
        self.assertEqual(status, 200)
        self.assertEqual(page.replace("\r\n", "\n"),
                         mail.get_body(("html",)).get_content().replace("\r\n", "\n"))
        self.assertIn("The workforce has news", page)
        self.assertNotIn("Finance has news", page)
        self.assertIn("form-action 'none'", headers["Content-Security-Policy"])

    def test_a_text_mail_is_shown_as_text(self):
        _, headers, page = self.web.get(self.link(self.reader("--format", "text"), "v"))
        self.assertEqual(headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertIn("The lead of the day", page)

    def test_preferences_show_what_was_chosen_and_lead_back(self):
        mail = self.reader("--topics", "workforce", "--at", "08:15")
        link = self.link(mail, "p")
        _, _, page = self.web.get(link)
        for part in ("Workforce", "08:15", "HTML"):
            self.assertIn(part, page)
        away = re.search(r'href="\.\./(u/[^"]+)"', page).group(1)
        self.assertEqual(self.web.post(f"/{away}", ONE_CLICK)[0], 200)
        self.assertEqual(self.status(), "unsubscribed")
        self.web.get(link)
        self.web.post(link, {"other": "yes"})
        self.assertEqual(self.status(), "unsubscribed")
        self.assertEqual(self.web.post(link, {"return": "yes"})[0], 200)
        self.assertEqual(self.status(), "active")
        self.assertEqual(self.ledger()[-1], ("confirmed", "web", "came back"))

    # ---- the protocol ------------------------------------------------------------------------

    def test_headers_keep_pages_to_themselves(self):
        for path in (self.link(self.reader(), "u"), "/nothing"):
            _, headers, page = self.web.get(path)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            nonce = re.search(r"style-src 'nonce-([A-Za-z0-9_-]{22})'", policy).group(1)
            self.assertIn(f'<style nonce="{nonce}">', page)
            self.assertNotIn("<script", page)
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertIsNone(headers["Set-Cookie"])

    def test_other_methods_and_paths_are_refused(self):
        link = self.link(self.reader(), "u")
        for method in ("PUT", "DELETE", "OPTIONS", "BREW"):
            status, headers, _ = self.web.ask(method, link)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, POST"))
        for path in ("/", "/u/", "/u", "/x/abc", "/u/%0d%0aSet-Cookie:x", "/u/..%2f..%2fetc",
                     "/u/<script>", "/" + "a" * 4000):
            status, headers, page = self.web.get(path.replace("<", "%3C"))
            self.assertEqual(status, 404, path)
            self.assertIsNone(headers["Set-Cookie"])
            self.assertNotIn("<script>", page)
        self.assertEqual(self.status(), "active")

    def test_links_beneath_a_path_work_whether_the_server_in_front_passes_it_on_or_not(self):
        link = self.link(self.reader(), "u").removeprefix(Web.base)
        for path in ("/news", "/u", "/v/u"):
            self.web.stop()
            self.instance.configure(f"base_url: {Web.base}", f"base_url: {Web.base}{path}")
            self.web.start()
            self.assertEqual([self.web.get(at + link)[0] for at in ("", path)], [200, 200], path)
            self.instance.configure(f"base_url: {Web.base}{path}", f"base_url: {Web.base}")

    def test_large_and_ambiguous_bodies_are_refused(self):
        link = self.link(self.reader(), "u").removeprefix(Web.base)
        status, _, _ = self.web.ask("POST", link, b"a=" + b"b" * 200_000)
        self.assertEqual(status, 413)
        chunk = b"1000\r\n" + b"a" * 4096 + b"\r\n"
        head = f"POST {link} HTTP/1.1\r\nHost: x\r\n".encode()
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        large = self.web.raw(head + form + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 8
                             + b"0\r\n\r\n")
        self.assertTrue(large.startswith(b"HTTP/1.1 413"), large[:80])
        both = self.web.raw(head + form + b"Content-Length: 26\r\nTransfer-Encoding: chunked\r\n\r\n"
                            b"1a\r\nList-Unsubscribe=One-Click\r\n0\r\n\r\n")
        self.assertTrue(both.startswith(b"HTTP/1.1 400"), both[:80])
        twice = self.web.raw(head + form + b"Content-Length: 26\r\nContent-Length: 2\r\n\r\n"
                             b"List-Unsubscribe=One-Click")
        self.assertTrue(twice.startswith(b"HTTP/1.1 400"), twice[:80])
        self.assertEqual(self.status(), "active")
        small = self.web.raw(head + form + b"Transfer-Encoding: chunked\r\n\r\n"
                             b"1a\r\nList-Unsubscribe=One-Click\r\n0\r\n\r\n")
        self.assertTrue(small.startswith(b"HTTP/1.1 200"), small[:80])
        self.assertEqual(self.status(), "unsubscribed")

    def test_requests_that_are_none_get_an_answer_and_change_nothing(self):
        token = self.link(self.reader(), "u").removeprefix(Web.base).removeprefix("/u/").encode()
        link, form = b"/u/" + token, b"Content-Type: application/x-www-form-urlencoded\r\n"
        click = b"List-Unsubscribe=One-Click"
        host, body = b"HTTP/1.1\r\nHost: x\r\n", b"Content-Length: 26\r\n\r\n" + click
        cases = {
            "a line feed in the path": (404, b"GET /%0aevent=forged " + host + b"\r\n"),
            "a NUL in the path": (404, b"GET /u/%00" + token + b" " + host + b"\r\n"),
            "out of the root": (404, b"GET /../../etc/passwd " + host + b"\r\n"),
            "out of the root, encoded": (404, b"GET /v/%2e%2e%2f%2e%2e%2fetc%2fpasswd " + host + b"\r\n"),
            "a whole address": (404, b"GET http://evil.example" + link + b" " + host + b"\r\n"),
            "the path in capitals": (404, b"POST /U/" + token + b" " + host + form + body),
            "something behind the token": (404, b"POST " + link + b"/x " + host + form + body),
            "another purpose": (404, b"POST /c/" + token + b" " + host + form + body),
            "no version": (400, b"GET " + link + b"\r\n\r\n"),
            "no HTTP": (400, bytes(range(256)) * 4 + b"\r\n\r\n"),
            "a header without an end": (431, b"GET / " + host + b"X: " + b"a" * 100_000 + b"\r\n\r\n"),
            "headers without an end": (431, b"GET / " + host + b"A: b\r\n" * 5000 + b"\r\n"),
            "less than nothing": (400, b"POST " + link + b" " + host + form + b"Content-Length: -26\r\n\r\n"),
            "more than there is": (413, b"POST " + link + b" " + host + form + b"Content-Length: " + b"9" * 20
                                   + b"\r\n\r\n"),
            "more than is taken": (413, b"POST " + link + b" " + host + form
                                   + b"Expect: 100-continue\r\nContent-Length: 300000\r\n\r\n"),
            "a chunk that is none": (400, b"POST " + link + b" " + host + form
                                     + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
            "an encoding": (400, b"POST " + link + b" " + host + form + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
                            b"1a\r\n" + click + b"\r\n0\r\n\r\n"),
            "a GET with a body": (200, b"GET " + link + b" " + host + form + body),
            "a HEAD with a body": (200, b"HEAD " + link + b" " + host + form + body),
            "a GET that would be a POST": (200, b"GET " + link + b"?_method=POST&" + click + b" " + host
                                           + b"X-HTTP-Method-Override: POST\r\n\r\n"),
        }
        before = self.instance.dump()
        for name, (status, request) in cases.items():
            with self.subTest(name):
                answer = self.web.raw(request)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer[:80])
                self.assertNotIn(b"Location:", answer)
                self.assertNotIn(b"root:", answer)
                self.assertEqual(self.instance.dump(), before)
        self.assertTrue(self.web.raw(b"POST " + link + b" " + host + form + body).startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.status(), "unsubscribed")
        self.web.stop()
        self.assertEqual(self.web.status, 0)
        self.assertEqual([line for line in self.web.lines if line.startswith("event=forged")], [])

    def test_many_who_say_nothing_keep_nobody_else_waiting_for_long(self):
        link = self.link(self.reader(), "u")
        idle = [socket.create_connection(("127.0.0.1", self.web.port)) for _ in range(200)]
        try:
            for connection in idle[::2]:
                connection.sendall(b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Le")
            self.assertEqual(self.web.get(link)[0], 200)
            self.assertEqual(self.web.post(link, ONE_CLICK)[0], 200)
        finally:
            for connection in idle:
                connection.close()
        self.assertEqual(self.status(), "unsubscribed")

    @unittest.skipUnless(tidings.FULL, "takes longer than the 20 seconds that a request may")
    def test_a_request_that_drips_is_ended_and_others_are_served_meanwhile(self):
        link = self.link(self.reader(), "u").removeprefix(Web.base)
        started = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.web.port)) as drip:
            drip.sendall(f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n".encode())
            with self.assertRaises(OSError):
                while time.monotonic() - started < 120:
                    drip.sendall(b"a")
                    self.assertEqual(self.web.get(link)[0], 200)
                    time.sleep(0.5)
        self.assertGreater(time.monotonic() - started, 15)
        self.assertEqual(self.status(), "active")

    def test_the_log_names_no_token(self):
        mail = self.reader()
        self.web.get(self.link(mail, "u"))
        self.web.stop()
        log = "".join(self.web.lines)
        self.assertIn("method=GET page=/u status=200", log)
        self.assertNotIn(self.link(mail, "u").rsplit("/", 1)[1], log)
        self.assertEqual(self.web.status, 0)

    def test_an_own_template_is_used(self):
        folder = self.instance.dir / "templates" / "web"
        folder.mkdir()
        (folder / "unsubscribe.html.mustache").write_text("<p>Adieu {{newsletter}}</p>")
        self.web.stop()
        self.web.start()
        self.assertEqual(self.web.get(self.link(self.reader(), "u"))[2],
                         "<p>Adieu The Daily Briefing</p>")


if __name__ == "__main__":
    unittest.main()
