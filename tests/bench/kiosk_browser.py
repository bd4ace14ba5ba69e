"""Chromium as the kiosk's unit starts it, led through its debugging pipe by evaluation alone.

A driver of tests listens to every request and keeps what it hears; this one hears nothing, so that
what grows is the browser's.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

UNIT = Path(__file__).parents[2] / "config" / "deploy" / "kiosk" / "comptoir-kiosk.service"
# what a machine without a screen needs, and the debugging pipe
ALSO = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1080,1920",
        "--touch-events=enabled", "--remote-debugging-pipe")  # fmt: skip
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.01


def arguments(profile: Path, url: str) -> list[str]:
    """Return the unit's own command line, on a profile and an address of this run."""
    text = UNIT.read_text(encoding="utf-8").replace("\\\n", " ")
    start = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert start, f"no ExecStart in {UNIT}"
    words = start[1].split()
    kept = [one for one in words[1:-1] if not one.startswith(("--kiosk", "--user-data-dir"))]
    return [*kept, f"--user-data-dir={profile}", *ALSO, url]


class KioskBrowser:
    """One running Chromium and the page that it shows."""

    def __init__(self, process: subprocess.Popen[bytes], write_to: int, read_from: int) -> None:
        self.process = process
        self._write_to, self._read_from = write_to, read_from
        self._numbers = itertools.count(1)
        self._rest = b""
        self._page = ""

    def send(self, method: str, *, session: str = "", **params: Any) -> dict[str, Any]:
        """Call one method and return its answer; what the browser tells besides is dropped."""
        number = next(self._numbers)
        call = {"id": number, "method": method, "params": params}
        if session:
            call["sessionId"] = session
        os.write(self._write_to, json.dumps(call).encode() + b"\0")
        while True:
            told = self._read()
            if told.get("id") == number:
                return told

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            self._rest += os.read(self._read_from, 65536)
        message, _end, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def attach(self) -> None:
        """Take hold of the page that the browser has opened."""
        target = self._target()["targetId"]
        answer = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._page = answer["result"]["sessionId"]

    def address(self) -> str:
        """Return where the page is, as the browser knows it without asking the page."""
        return str(self._target()["url"])

    def _target(self) -> dict[str, Any]:
        targets = self.send("Target.getTargets")["result"]["targetInfos"]
        return next(one for one in targets if one["type"] == "page")

    def on_page(self, method: str, **params: Any) -> dict[str, Any]:
        """Call one method of the page."""
        return self.send(method, session=self._page, **params)

    def evaluate(self, script: str) -> Any:
        """Return the value of a script in the page, or None while it is between two pages."""
        answer = self.on_page("Runtime.evaluate", expression=script, returnByValue=True)
        return answer.get("result", {}).get("result", {}).get("value")

    def wait(self, script: str) -> None:
        """Wait until a script says true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.evaluate(script) is not True:
            assert time.monotonic() < deadline, (script, self.evaluate("location.href"))
            time.sleep(PAUSE_SECONDS)

    def wait_at(self, address: str) -> None:
        """Wait until the page is at an address; it need not answer itself."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.address() != address:
            assert time.monotonic() < deadline, (address, self.address())
            time.sleep(PAUSE_SECONDS)

    def kill_renderers(self) -> None:
        """End all that draws pages, as a machine without memory does; extensions stay."""
        for one in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):  # one that has just ended by itself
                words = one.cmdline()
                if kind_of(words) == "renderer" and "--extension-process" not in words:
                    one.kill()

    def memory(self) -> dict[str, float]:
        """Return the MiB of each kind of process: its own pages, and its share of those shared.

        Pages of files are left out: the system keeps and drops them as it likes.
        """
        found: dict[str, float] = {}
        own = psutil.Process(self.process.pid)
        for one in (own, *own.children(recursive=True)):
            kind = kind_of(one.cmdline())
            found[kind] = found.get(kind, 0) + anonymous(one.pid)
        return found


def anonymous(pid: int) -> float:
    """Return the MiB of a process that are no file's: what it would leak."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    parts = re.findall(r"^Pss_(?:Anon|Shmem): +(\d+)", rollup, re.MULTILINE)
    return sum(map(int, parts)) / 1024


def kind_of(words: list[str]) -> str:
    """Name a process by its arguments: browser, renderer, network, storage, gpu, zygote."""
    named = dict(word.partition("=")[::2] for word in words if word.startswith("--"))
    part = named.get("--utility-sub-type", "").split(".")[0]
    return part or named.get("--type", "browser").removesuffix("-process")


@contextmanager
def running(
    folder: Path, url: str, *more: str, chromium: str = "chromium"
) -> Iterator[KioskBrowser]:
    """Start the browser on an empty page, attached; it is ended afterwards.

    `chromium` is the one to start where the system has none.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or chromium
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    command = [chromium, *more, *arguments(folder / "profile", url)]
    # the browser reads from its third and writes to its fourth descriptor; dash knows only digits
    command = ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *command]
    process = subprocess.Popen(command, pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        browser = KioskBrowser(process, ours_out, ours_in)
        browser.attach()
        yield browser
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        os.close(ours_out)
        os.close(ours_in)
