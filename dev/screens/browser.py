"""A Chromium without a window, driven by its debugging protocol."""

import base64
import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import websocket

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
START_SECONDS = 60
WAIT_SECONDS = 40
# A page that calculates gives no answer; it may never end.
ANSWER_SECONDS = 60
# Of some requests no end is told: beacons, those of workers.
LONG_SECONDS = 6
# Height of the bars above a form.
BARS = 70
# No request for so long: the page has what it wants.
QUIET_SECONDS = 0.4


class BrowserError(Exception):
    """A page did not do what the table of screens says."""


class Page:
    """One tab."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(address, timeout=WAIT_SECONDS)
        self.number = 0
        self.requests: dict[str, float] = {}
        self.errors: list[str] = []
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    # === PROTOCOL === #

    def call(self, method: str, **parameters) -> dict:
        """Call the browser and return its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            if time.monotonic() > end:
                raise BrowserError(f"{method}: no answer")
            answer = json.loads(self._receive())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _receive(self) -> str:
        try:
            return self.socket.recv()
        except websocket.WebSocketTimeoutException as error:
            raise BrowserError("the page is silent") from error

    def run(self, script: str):
        """The value of a JavaScript expression; promises are awaited."""
        options = {"returnByValue": True, "awaitPromise": True}
        result = self.call("Runtime.evaluate", expression=script, **options)
        if "exceptionDetails" in result:
            detail = result["exceptionDetails"]
            text = detail.get("exception", {}).get("description") or detail["text"]
            raise BrowserError(f"{text}\nin {script[:200]}")
        return result["result"].get("value")

    def settle(self) -> None:
        """Wait until nothing is loaded any more."""
        end = time.monotonic() + WAIT_SECONDS
        last = time.monotonic()
        self.socket.settimeout(0.1)
        try:
            while time.monotonic() < end:
                with contextlib.suppress(websocket.WebSocketTimeoutException):
                    self._note(json.loads(self.socket.recv()))
                if self._is_loading():
                    last = time.monotonic()
                elif time.monotonic() > last + QUIET_SECONDS:
                    return
        finally:
            self.socket.settimeout(WAIT_SECONDS)

    def _is_loading(self) -> bool:
        """Whether a request is on its way that is not kept open on purpose."""
        limit = time.monotonic() - LONG_SECONDS
        return any(started > limit for started in self.requests.values())

    def _note(self, event: dict) -> None:
        """Count the requests on their way, answer questions, keep errors of scripts."""
        method, values = event.get("method", ""), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests[values["requestId"]] = time.monotonic()
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self.requests.pop(values["requestId"], None)
        elif method == "Page.javascriptDialogOpening":
            # "Leave the page?": yes. Nobody waits for the answer.
            answer = {"method": "Page.handleJavaScriptDialog", "id": 0}
            self.socket.send(json.dumps(answer | {"params": {"accept": True}}))
        elif method == "Runtime.exceptionThrown":
            self.errors.append(values["exceptionDetails"]["text"])

    # === PEOPLE'S WORDS === #

    def open(self, url: str) -> None:
        """Load an address anew."""
        self.requests.clear()
        # Another fragment alone would not load anything.
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        self.settle()

    def wait(self, selector: str) -> None:
        """Wait until something is on the page."""
        end = time.monotonic() + WAIT_SECONDS
        while not self.has(selector):
            if time.monotonic() > end:
                raise BrowserError(f"nothing on the page matches {selector}")
            time.sleep(0.1)
        self.settle()

    def has(self, selector: str) -> bool:
        """Whether something visible is on the page."""
        return self.run(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".some((one) => one.getClientRects().length > 0)"
        )

    def click(self, selector: str) -> None:
        """Click the first visible one."""
        self.wait(selector)
        self.run(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".find((one) => one.getClientRects().length > 0).click()"
        )
        self.settle()

    def type(self, selector: str, text: str) -> None:
        """Fill in a field."""
        self.wait(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.run(f"document.querySelector({json.dumps(selector)}).select?.()")
        self.call("Input.insertText", text=text)
        self.settle()

    def press(self, key: str) -> None:
        """Press one key."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, **text)
        self.settle()

    def scroll(self, selector: str) -> None:
        """Bring something near the top of what is seen, below the bars that stay."""
        self.wait(selector)
        self.run(
            f"(one => {{ one.style.scrollMarginTop = '{BARS}px';"
            " one.scrollIntoView({block: 'start'}) })"
            f"(document.querySelector({json.dumps(selector)}))"
        )
        self.settle()

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Make the window so large; a phone has a touch screen."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", mobile=phone, **metrics)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def darken(self, dark: bool) -> None:
        """Let the browser darken every page, as people can set theirs."""
        self.call("Emulation.setAutoDarkModeOverride", enabled=dark)

    def picture(self, path: Path) -> None:
        """Save what is seen."""
        data = self.call("Page.captureScreenshot")["data"]
        path.write_bytes(base64.b64decode(data))


@contextlib.contextmanager
def chromium(command: str, folder: Path) -> Iterator[Page]:
    """Start a browser of our own; it is gone with the block.

    :param command: the program.
    :param folder: an empty one, for its profile.
    """
    options = (*OPTIONS, f"--user-data-dir={folder}", "about:blank")
    process = subprocess.Popen(
        [command, *options],
        # Dates of the portal are those of Paris.
        env={**os.environ, "TZ": "Europe/Paris"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Page(_address(folder / "DevToolsActivePort"))
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(note: Path) -> str:
    """Where the first tab listens; the browser writes its port down."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if note.exists() and (lines := note.read_text().splitlines()):
            url = f"http://127.0.0.1:{lines[0]}/json"
            tabs = json.load(urllib.request.urlopen(url, timeout=10))
            for tab in tabs:
                if tab["type"] == "page":
                    return tab["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise BrowserError("Chromium did not start.")
