"""The outbox against a server that misbehaves: what becomes of each message, and of the sessions."""

import socket
import threading
import unittest

from smtp_peer import DROP, HANG, Drip, Peer, Then, deliver


def on(stage, reply):
    """An answer that is unfriendly at one stage."""
    return lambda at, words, session: reply if at == stage else None


class Sending(unittest.TestCase):
    def test_each_message_arrives_once_over_few_connections(self):
        with Peer() as peer:
            out = deliver(peer.port, messages=200, sessions=5, size=3000)
            self.assertEqual(out.counts["sent"], 200)
            self.assertEqual(sorted(rcpt for _, rcpt, _ in peer.mails),
                             sorted(f"r{n}@to.example" for n in range(1, 201)))
            for sender, rcpt, content in peer.mails:
                self.assertEqual(sender.removeprefix("b+").split("@")[0], rcpt[1:].split("@")[0])
                self.assertTrue(content.startswith(b"Subject: test\r\n\r\n"))
                self.assertGreaterEqual(len(content), 3000)
        self.assertLessEqual(len(peer.sessions), 5)

    def test_it_says_who_it_is_and_says_goodbye(self):
        with Peer() as peer:
            deliver(peer.port, messages=1, helo="mail.news.example")
            peer.hear_out()
            self.assertEqual(peer.lines[0], "EHLO mail.news.example")
            self.assertIn("QUIT", peer.lines)

    def test_the_envelope_leaves_in_one_write_where_pipelining_is_offered(self):
        with Peer() as peer:
            deliver(peer.port, messages=3, sessions=1)
            writes = [read for read in peer.sessions[0].reads if read.startswith(b"MAIL")]
            self.assertEqual(len(writes), 3)
            for n, write in enumerate(writes, 1):
                self.assertEqual(write, b"MAIL FROM:<b+%d@from.example>\r\n"
                                        b"RCPT TO:<r%d@to.example>\r\nDATA\r\n" % (n, n))

    def test_one_command_at_a_time_where_it_is_not(self):
        with Peer(offers=["SIZE 100000"]) as peer:
            out = deliver(peer.port, messages=3, sessions=1, size=500)
            self.assertEqual(out.counts["sent"], 3)
            for read in peer.sessions[0].reads:
                self.assertFalse(read.startswith(b"MAIL") and read.count(b"\r\n") > 1, read)
            self.assertRegex(peer.lines[1], r"^MAIL FROM:<b\+1@from.example> SIZE=\d+$")

    def test_a_hundred_sessions_wait_for_their_replies_at_the_same_time(self):
        # The peer answers no dot before all hundred are there: it never would, one by one.
        together = threading.Barrier(100)

        def answer(stage, words, session):
            if stage == "DOT":
                together.wait(60)

        with Peer(answer) as peer:
            out = deliver(peer.port, messages=100, sessions=100, limit=60)
            self.assertEqual(out.counts["sent"], 100)
            self.assertEqual(len(peer.sessions), 100)

    def test_never_more_sessions_than_allowed(self):
        open_now, most, lock = [0], [0], threading.Lock()

        def answer(stage, words, session):
            with lock:
                open_now[0] += {"BANNER": 1, "QUIT": -1}.get(stage, 0)
                most[0] = max(most[0], open_now[0])

        with Peer(answer) as peer:
            deliver(peer.port, messages=300, sessions=7)
        self.assertEqual(most[0], 7)

    def test_replies_that_drip_are_replies(self):
        drips = {"MAIL": "250-slow\r\n250 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go",
                 "DOT": "250-2.0.0 a\r\n250 2.0.0 b"}
        with Peer(lambda stage, words, session: stage in drips and Drip(drips[stage]) or None) as peer:
            out = deliver(peer.port, messages=4, sessions=2)
        self.assertEqual(out.counts["sent"], 4)
        self.assertEqual(out.ends()[1].text, r"250-2.0.0 a\x0A250 2.0.0 b")

    def test_a_dot_that_is_withheld_is_never_sent(self):
        with Peer() as peer:
            out = deliver(peer.port, messages=5, sessions=2, withhold=1)
            peer.hear_out()
            self.assertEqual([event.kind for event in out.events], ["at_dot"] * 5)
            self.assertEqual(peer.mails, [])
            for session in peer.sessions:
                self.assertNotIn(b"\r\n.\r\n", b"".join(session.reads))

    def test_a_sender_that_stops_finishes_what_is_begun_and_hands_back_the_rest(self):
        with Peer() as peer:
            out = deliver(peer.port, messages=1000, sessions=3, drain=10)
            ends = out.ends()
            self.assertEqual(sorted(ends), list(range(1, len(ends) + 1)))
            sent = {n for n, end in ends.items() if end.code == 250}
            back = {n for n, end in ends.items() if end.kind == "returned"}
            self.assertEqual(sent | back, set(ends))
            self.assertLess(len(sent), 20)
            self.assertGreater(len(back), 3)
            self.assertEqual({ends[n].text for n in back}, {"the sender stops"})
            self.assertEqual({f"r{n}@to.example" for n in sent}, {rcpt for _, rcpt, _ in peer.mails})

    def test_a_message_over_the_servers_size_is_not_begun(self):
        with Peer(offers=["PIPELINING", "SIZE 1000"]) as peer:
            out = deliver(peer.port, messages=1, size=5000)
            self.assertEqual(out.counts["refused"], 1)
            self.assertTrue(out.ends()[1].text.startswith("552 5.3.4 not sent: "))
            self.assertFalse([line for line in peer.lines if line.startswith("MAIL")])

    def test_a_large_message_to_a_slow_reader_arrives_whole(self):
        with Peer() as peer:
            out = deliver(peer.port, messages=2, sessions=2, size=3_000_000)
            self.assertEqual(out.counts["sent"], 2)
            for _, _, content in peer.mails:
                self.assertEqual(content.count(b"x" * 76 + b"\r\n"), len(content[17:]) // 78)


class Refusing(unittest.TestCase):
    def test_a_refused_recipient_costs_no_one_else_and_no_connection(self):
        def answer(stage, words, session):
            if stage == "RCPT" and "bad@" in words:
                return "550 5.1.1 no such user"

        for offers in (["PIPELINING"], []):
            with self.subTest(offers=offers), Peer(answer, offers=offers) as peer:
                out = deliver(peer.port, messages=90, sessions=3, bad=3)
                ends = out.ends()
                for n in range(1, 91):
                    want = ("rcpt", 550) if n % 3 == 0 else ("dot", 250)
                    self.assertEqual((ends[n].stage, ends[n].code), want, n)
                self.assertEqual(len(peer.mails), 60)
                self.assertLessEqual(len(peer.sessions), 3)  # two may be enough when they are quick

    def test_a_354_after_a_refused_recipient_delivers_nothing_to_anyone(self):
        def answer(stage, words, session):
            if stage == "RCPT" and "bad@" in words:
                session.bad = True
                return "550 5.1.1 no such user"
            if stage == "DATA" and getattr(session, "bad", False):
                session.bad = False
                return "354 go on then"

        with Peer(answer) as peer:
            out = deliver(peer.port, messages=20, sessions=1, bad=2)
            self.assertEqual((out.counts["sent"], out.counts["refused"]), (10, 10))
            self.assertEqual(len(peer.mails), 10)
            self.assertTrue(all(content for _, _, content in peer.mails))
            self.assertEqual(len(peer.sessions), 1)

    def test_every_refusal_names_its_stage_and_leaves_the_session_usable(self):
        for stage in ("MAIL", "RCPT", "DATA", "DOT"):
            for code in ("450 4.2.0", "550 5.7.1"):
                for offers in (["PIPELINING"], []):
                    first = [True]

                    def answer(at, words, session, stage=stage, code=code, first=first):
                        if at == stage and first[0]:
                            first[0] = False
                            return f"{code} not this one"

                    with self.subTest(stage=stage, code=code, offers=offers), \
                            Peer(answer, offers=offers) as peer:
                        ends = deliver(peer.port, messages=3, sessions=1).ends()
                        self.assertEqual((ends[1].kind, ends[1].stage, ends[1].code),
                                         ("done", stage.lower(), int(code[:3])))
                        self.assertIn("not this one", ends[1].text)
                        self.assertEqual(ends[1].after_dot, stage == "DOT")
                        self.assertEqual([ends[2].code, ends[3].code], [250, 250])
                        self.assertEqual(len(peer.sessions), 1)
                        self.assertEqual(peer.lines.count("RSET"), 1)


class Breaking(unittest.TestCase):
    # stage of the fault: what the message's event is when the connection just closes
    LOST = {"MAIL": ("returned", "mail", False), "RCPT": ("done", "rcpt", False),
            "DATA": ("done", "data", False), "DOT": ("done", "dot", True)}

    def fault(self, stage, reply, **options):
        with Peer(on(stage, reply)) as peer:
            out = deliver(peer.port, messages=1, sessions=1, **options)
            self.assertEqual(peer.mails, [])
        return out.ends()[1]

    def test_a_connection_that_closes_is_told_apart_before_and_after_the_dot(self):
        for stage, want in self.LOST.items():
            with self.subTest(stage=stage):
                end = self.fault(stage, DROP)
                self.assertEqual((end.kind, end.stage, end.after_dot), want)
                self.assertEqual((end.code, end.text), (0, "the connection closed"))

    def test_silence_ends_at_the_timeout_of_its_stage(self):
        for stage, want in self.LOST.items():
            with self.subTest(stage=stage):
                end = self.fault(stage, HANG, hurry=1000)
                self.assertEqual((end.kind, end.stage, end.after_dot), want)
                self.assertEqual((end.code, end.text), (0, "no reply in time"))

    def test_a_421_is_the_relays_affair_and_after_the_dot_an_answer(self):
        for stage, (_, name, after_dot) in self.LOST.items():
            with self.subTest(stage=stage):
                end = self.fault(stage, Then("421 4.3.2 shutting down"))
                kind = "done" if stage == "DOT" else "returned"
                self.assertEqual((end.kind, end.stage, end.code, end.after_dot),
                                 (kind, name, 421, after_dot))

    def test_half_a_reply_to_the_dot_is_none(self):
        with Peer(lambda stage, words, session: Then("250-2.0.0 que") if stage == "DOT" else None) as peer:
            end = deliver(peer.port, messages=1).ends()[1]
        self.assertEqual((end.code, end.after_dot), (0, True))

    def test_a_server_that_closes_after_each_message_gets_them_all(self):
        # three ways: without a word, with a 421, and with a 421 to the next MAIL
        for reply in (DROP, Then("421 4.4.2 enough")):
            def answer(stage, words, session, reply=reply):
                if stage == "MAIL" and session.mails:
                    return reply

            with self.subTest(reply=reply), Peer(answer) as peer:
                out = deliver(peer.port, messages=20, sessions=2)
                self.assertEqual((out.counts["sent"], out.counts["returned"]), (20, 0))
                self.assertEqual(len(peer.mails), 20)
        with Peer(on("DOT", Then("250 2.0.0 queued, and bye"))) as peer:
            out = deliver(peer.port, messages=20, sessions=2)
            self.assertEqual(out.counts["sent"], 20)

    def test_a_message_that_closes_every_session_comes_back_and_the_others_go_out(self):
        def answer(stage, words, session):
            if stage == "MAIL" and "b+7@" in words:
                return DROP

        with Peer(answer) as peer:
            out = deliver(peer.port, messages=30, sessions=3, hurry=20)
            ends = out.ends()
            self.assertEqual((ends[7].kind, ends[7].stage, ends[7].code), ("returned", "mail", 0))
            self.assertEqual(len(peer.mails), 29)
            self.assertLessEqual(len(peer.sessions), 3 + 5)

    def test_what_the_server_said_before_it_closed_in_the_middle_of_a_message_counts(self):
        refusal = b"552 5.3.4 too much\r\n"

        class Impatient(Peer):
            def _serve(self, s, session):
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                s.sendall(b"220 hi\r\n")
                s.recv(1000)
                s.sendall(b"250-x\r\n250 PIPELINING\r\n")
                s.recv(1000)
                s.sendall(b"250 ok\r\n250 ok\r\n354 go\r\n")
                s.recv(1000)
                s.sendall(refusal)
                while s.recv(65536):
                    pass

        with Impatient() as peer:
            end = deliver(peer.port, messages=1, size=30_000_000).ends()[1]
        self.assertEqual((end.kind, end.stage, end.code, end.after_dot), ("done", "data", 552, False))


class Failing(unittest.TestCase):
    """The relay itself: nobody is blamed, the message comes back."""

    def trouble(self, answer=None, **options):
        options.setdefault("hurry", 20)
        with Peer(answer) as peer:
            out = deliver(peer.port, messages=3, sessions=3, **options)
            self.assertEqual(out.counts["returned"], 3)
            self.assertEqual([line for line in peer.lines if line.startswith("MAIL")], [])
        return out.ends()[1]

    def test_refused_at_the_banner(self):
        for code in (421, 554):
            end = self.trouble(on("BANNER", Then(f"{code} 4.3.2 not now")))
            self.assertEqual((end.stage, end.code), ("connect", code))
            self.assertIn("not now", end.text)

    def test_a_banner_that_never_comes(self):
        end = self.trouble(on("BANNER", HANG), hurry=1000)
        self.assertEqual((end.stage, end.code), ("connect", 0))

    def test_a_banner_of_another_protocol(self):
        end = self.trouble(on("BANNER", Then("SSH-2.0-OpenSSH_9.2")), hurry=1000)
        self.assertEqual((end.stage, end.code), ("connect", 0))

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
        out = deliver(port, messages=3, sessions=3, hurry=1000)
        self.assertEqual(out.counts["returned"], 3)
        self.assertIn("connect", out.ends()[1].text.lower())

    def test_a_host_that_does_not_even_refuse(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen(0)
            fillers = [socket.socket() for _ in range(3)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(s.getsockname())
            out = deliver(s.getsockname()[1], messages=1, hurry=200)
            for filler in fillers:
                filler.close()
        self.assertEqual(out.ends()[1].text, "the host does not answer")

    def test_a_relay_that_is_down_gets_one_connection_a_pause_and_everything_when_it_is_back(self):
        def answer(stage, words, session):
            if stage == "BANNER" and session.number <= 5:
                return Then("421 4.3.2 restarting")

        with Peer(answer) as peer:
            out = deliver(peer.port, messages=50, sessions=8, again=1, hurry=20)
            self.assertEqual(out.counts["sent"], 50)
            self.assertEqual(len(set(rcpt for _, rcpt, _ in peer.mails)), 50)
            at = [session.at for session in peer.sessions[:6]]
            pauses = [later - earlier for earlier, later in zip(at, at[1:])]
            for pause, seconds in zip(pauses, (1, 2, 4, 8, 16)):
                self.assertGreaterEqual(pause, seconds / 20 - 0.005)

    def test_a_relay_that_ends_every_session_at_the_dot_is_given_pauses_too(self):
        for reply in (Then("421 4.3.0 out of disk"), DROP):
            with self.subTest(reply=reply), Peer(on("DOT", reply)) as peer:
                out = deliver(peer.port, messages=5, sessions=1, hurry=20, again=1)
                self.assertEqual(out.counts["sent"], 0)
                at = [session.at for session in peer.sessions]
                self.assertEqual(len(at), 5)
                for pause, seconds in zip((b - a for a, b in zip(at, at[1:])), (1, 2, 4, 8)):
                    self.assertGreaterEqual(pause, seconds / 20 - 0.005)

    def test_a_relay_that_takes_five_sessions_serves_all_on_five(self):
        open_now, lock = set(), threading.Lock()

        def answer(stage, words, session):
            with lock:
                if stage == "QUIT":
                    open_now.discard(session.number)
                if stage == "BANNER" and len(open_now) >= 5:
                    return Then("421 4.7.0 too many connections")
                open_now.add(session.number)

        with Peer(answer) as peer:
            out = deliver(peer.port, messages=400, sessions=20)
            self.assertEqual((out.counts["sent"], out.counts["returned"]), (400, 0))
            # the first round finds the limit; after that one probe a pause
            self.assertLessEqual(len(peer.sessions), 5 + 20)


if __name__ == "__main__":
    unittest.main()
