"""Drives headless Chromium over the DevTools protocol: open, type, click, look, take pictures."""

import asyncio
import base64
import contextlib
import itertools
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
)
_PATIENCE = 20.0
_POLL = 0.05
_KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38}


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


class Page:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.problems: list[str] = []

    async def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a DevTools command and return its result."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(_PATIENCE):
            while True:
                answer = await self._socket.receive_json()
                self._note(answer)
                if answer.get("id") == number:
                    if "error" in answer:
                        raise RuntimeError(f"{method}: {answer['error']}")
                    result: dict[str, Any] = answer["result"]
                    return result

    def _note(self, answer: dict[str, Any]) -> None:
        if answer.get("method") == "Runtime.exceptionThrown":
            self.problems.append(json.dumps(answer["params"]["exceptionDetails"])[:500])
        if answer.get("method") == "Log.entryAdded":
            entry = answer["params"]["entry"]
            if entry["level"] in ("error", "warning"):
                self.problems.append(f"{entry['text']} {entry.get('url', '')}")

    async def open(self, url: str) -> None:
        """Load a page; wait until its first elements are there with ``wait_for``."""
        for domain in ("Page", "Runtime", "Log"):
            await self.command(f"{domain}.enable")
        await self.command("Page.navigate", url=url)

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        result = await self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    async def wait_for(self, expression: str, seconds: float = 10.0) -> Any:
        """Wait until a JavaScript expression is true, and return its value."""
        # An element would come back as an empty object, which Python takes for false.
        question = f"(() => {{ const v = {expression}; return v instanceof Node || v; }})()"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = await self.evaluate(question)
            if value:
                return value
            await asyncio.sleep(_POLL)
        raise TimeoutError(f"never true: {expression}")

    async def type(self, selector: str, text: str) -> None:
        """Write into a field as a person would."""
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        await self.command("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press a key such as Enter or ArrowDown."""
        fields: dict[str, object] = {
            "key": key,
            "code": key,
            "windowsVirtualKeyCode": _KEYS[key],
        }
        if key == "Enter":
            fields["text"] = "\r"
        await self.command("Input.dispatchKeyEvent", type="keyDown", **fields)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **fields)

    async def click(self, element: str) -> None:
        """Click in the middle of the element that a JavaScript expression finds."""
        place = await self.wait_for(
            f"(() => {{ const e = {element}; if (!e) return null;"
            " e.scrollIntoView({block: 'nearest'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.command(
                "Input.dispatchMouseEvent",
                type=kind,
                x=place[0],
                y=place[1],
                button="left",
                clickCount=1,
            )

    async def resize(self, width: int, height: int, *, scale: float = 1.0) -> None:
        """Set the size of the window; a narrow one is a phone."""
        await self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    async def prefer(self, scheme: str) -> None:
        """Prefer ``light`` or ``dark`` colours."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.command("Emulation.setEmulatedMedia", features=features)

    async def screenshot(self) -> bytes:
        """Return a PNG of what is visible."""
        result = await self.command("Page.captureScreenshot", format="png")
        return base64.b64decode(result["data"])


@contextlib.asynccontextmanager
async def open_page(url: str) -> AsyncIterator[Page]:
    """Run Chromium with an empty profile and open a page.

    Raises:
        FileNotFoundError: If no Chromium is installed.
    """
    binary = find_chromium()
    if binary is None:
        raise FileNotFoundError("no Chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = await asyncio.create_subprocess_exec(
            binary,
            *_FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(profile))
            async with aiohttp.ClientSession() as session:
                address = await _page_address(session, port)
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    page = Page(socket)
                    await page.open(url)
                    yield page
        finally:
            with contextlib.suppress(ProcessLookupError):
                browser.terminate()
            await browser.wait()


async def _port(profile: Path) -> int:
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if file.exists() and "\n" in (text := file.read_text()):
            return int(text.partition("\n")[0])
        await asyncio.sleep(_POLL)
    raise TimeoutError("Chromium did not open its debugging port")


async def _page_address(session: aiohttp.ClientSession, port: int) -> str:
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                targets = await response.json(content_type=None)
            for target in targets:
                if target["type"] == "page":
                    return str(target["webSocketDebuggerUrl"])
            await asyncio.sleep(_POLL)
