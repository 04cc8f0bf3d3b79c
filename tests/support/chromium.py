"""Chromium without a window, spoken to over the DevTools protocol: JSON messages ended by NUL on
two pipes (--remote-debugging-pipe), so no port and no driver is needed.

    with chromium.Browser() as browser:
        page = browser.page()
        page.show(path, width=320, dark=True)
        page.evaluate("document.title")
        page.screenshot(png_path)
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

import tidings

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars",
         "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing is fetched from elsewhere
         "--remote-debugging-pipe"]
SECONDS = 60  # for one answer


class Browser:
    """One Chromium process with a profile of its own, until the with statement ends."""

    def __init__(self):
        self._profile = tempfile.mkdtemp(prefix="chromium-test-")
        commands, self._to = os.pipe()
        self._from, answers = os.pipe()
        # The shell puts our pipes where Chromium looks for them: 3 to read, 4 to write.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "sh",
             tidings.tool("chromium"), *FLAGS, f"--user-data-dir={self._profile}"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self._unread = b""
        self._number = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _receive(self, deadline):
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0, deadline - time.monotonic()))
            more = os.read(self._from, 1 << 20) if ready else b""
            if not more:
                raise AssertionError("Chromium does not answer")
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **params):
        """The result of one command; an error it reports is an AssertionError."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self._to, unsent):]
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer.get('error')}"
                return answer["result"]
            self.events.append(answer)

    def wait(self, event, session):
        """Waits for that event of the session; those before it are forgotten."""
        deadline = time.monotonic() + SECONDS
        while True:
            seen = self.events.pop(0) if self.events else self._receive(deadline)
            if seen.get("method") == event and seen.get("sessionId") == session:
                return

    def page(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session)


class Page:
    """A tab."""

    def __init__(self, browser, session):
        self._browser, self._session = browser, session
        self.call("Page.enable")

    def call(self, method, **params):
        return self._browser.call(method, self._session, **params)

    def show(self, path, width, dark=False, height=800):
        """Loads the file at that width, in CSS pixels, in the light or the dark scheme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self._browser.events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        self._browser.wait("Page.loadEventFired", self._session)

    def evaluate(self, expression):
        """The value of a JavaScript expression, a promise's too; what it throws is an
        AssertionError."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def screenshot(self, path):
        """The whole page as PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                            clip=clip)
        path.write_bytes(base64.b64decode(picture["data"]))
