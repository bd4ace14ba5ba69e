"""One printer at work: a program of its own speaks with it, as long as something is printed."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAM = "store.connectors.escpos"
START_SECONDS = 20.0  # on a slow machine, to load the library for the first time


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a printer said: its state, and whether a paper came out (yes, no or unsure)."""

    state: str
    printed: str = ""


LOST = Told(state="not_reached", printed="unsure")


class Spool:
    """A printer that is spoken with; use it in a `with`.

    `home` is a folder of ours where the library keeps what it has read about printers.
    """

    def __init__(self, host: str, port: int, *, timeout_seconds: float, home: Path) -> None:
        self._door = {"host": host, "port": port, "timeout_seconds": timeout_seconds}
        self._timeout = timeout_seconds
        self._home = home
        self.state = "not_reached"

    def __enter__(self) -> Self:
        self._home.mkdir(mode=0o700, exist_ok=True)
        # the library makes a folder at each start and leaves it there
        self._scratch = tempfile.TemporaryDirectory(prefix="comptoir-print-")
        known = {"ESCPOS_CAPABILITIES_PICKLE_DIR": str(self._home), "TMPDIR": self._scratch.name}
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, **known},
        )  # fmt: skip
        told = self._ask(self._door, seconds=START_SECONDS + 3 * self._timeout)
        self.state = told.state
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._scratch.cleanup()

    def put(self, uid: str, png: bytes) -> Told:
        """Print a picture and say how it came out; what is unsure may have."""
        picture = {"uid": uid, "png": base64.b64encode(png).decode()}
        told = self._ask(picture, seconds=8 * self._timeout)
        self.state = told.state
        return told

    def _ask(self, question: dict[str, Any], *, seconds: float) -> Told:
        """Write one line and read the answer; a program that hangs is ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        guard = threading.Timer(seconds, self._process.kill)
        guard.start()
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline() or "{}")
        except (OSError, ValueError):
            return LOST
        finally:
            guard.cancel()
        return _told(answer)


def _told(answer: dict[str, str]) -> Told:
    if "state" not in answer:
        return LOST
    is_lost = "printed" not in answer and answer["state"] == "not_reached"
    return Told(state=answer["state"], printed="no" if is_lost else answer.get("printed", ""))
