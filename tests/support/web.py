"""The role `web` of an instance, on a port of the kernel's choosing, and requests to it."""

import http.client
import re
import socket
import threading
import urllib.parse

PATIENCE = 60  # seconds; reached only by a server that is broken


class Web:
    """`tidings run web`; use it in a with statement. The instance's web.base_url is `base`."""

    base = "https://tidings.news.example"

    def __init__(self, instance, now=None):
        self.instance, self.now = instance, now
        text = (instance.dir / "conf" / "tidings.yaml").read_text(encoding="utf-8")
        if "\nweb:" not in text:
            instance.configure("# web:\n#   base_url:", "web:\n  listen: 127.0.0.1:0\n  base_url:")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def start(self):
        self.process = self.instance.start("run", "web", now=self.now)
        self.lines = []
        self.port = None
        for line in self.process.stderr:
            self.lines.append(line)
            found = re.search(r"event=listening .*port=(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        assert self.port, "".join(self.lines)
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()

    def stop(self):
        """Ends it as an administrator does; self.status is its exit status."""
        self.process.terminate()
        self.status = self.process.wait(PATIENCE)
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, text); path may be a whole link of a mail."""
        path = path.removeprefix(self.base)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, fields=None, **headers):
        """A form, as browsers and one-click senders write it."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urllib.parse.urlencode(fields or {}), form)

    def post_multipart(self, path, fields):
        mark = "----a-boundary-of-the-tests"
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 for name, value in fields.items()]
        return self.ask("POST", path, "".join(parts) + f"--{mark}--\r\n",
                        {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def raw(self, request, seconds=PATIENCE):
        """What comes back for these bytes, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(request)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer
