"""The demo as somebody starts it: a store and a hub, what it prints, and its link."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.demo import data
from tests.servers import COMPTOIR, free_port

PATIENCE_SECONDS = 180
# on a busy machine a journey leaves its kiosk alone for longer than a customer would
PATIENT = {
    "COMPTOIR_KIOSK__BROWSE_IDLE_SECONDS": "900",
    "COMPTOIR_KIOSK__PERSONAL_IDLE_SECONDS": "600",
}


@dataclass
class Demo:
    """A running demo and what it printed to try."""

    home: Path
    process: subprocess.Popen[str]
    store: str = ""
    hub: str = ""
    pins: dict[str, str] = field(default_factory=dict)  # by staff code
    names: dict[str, str] = field(default_factory=dict)  # by staff code
    cards: dict[str, str] = field(default_factory=dict)  # code by customer's name
    orders: list[tuple[str, str, str]] = field(default_factory=list)  # code, six digits, name

    def __post_init__(self) -> None:
        self.listener = threading.Thread(target=self._listen, daemon=True)

    def cut_link(self) -> None:
        """Take the internet away between the store and the hub."""
        (self.home / "link").write_text("cut", encoding="utf-8")

    def restore_link(self) -> None:
        """Give it back."""
        (self.home / "link").write_text("open", encoding="utf-8")

    def read(self) -> None:
        """Read what the demo prints, until it has said what there is to collect."""
        self.listener.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.orders) < 3:
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.05)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.hear(line.strip())

    def hear(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word in ("store", "hub"):
            setattr(self, word, rest)
        elif word == "PIN":
            code, pin, name = rest.split(" ", 2)
            self.pins[code], self.names[code] = pin, re.sub(r" \(.*\)$", "", name)
        elif word == "card":
            code, _, name = rest.partition(" ")
            self.cards[name] = code
        elif word == "order":
            code, digits, name = rest.split(" ", 2)
            self.orders.append((code, digits, re.sub(r" \(.*\)$", "", name)))


@contextmanager
def running(home: Path, *, made: Path) -> Iterator[Demo]:
    """Give a running demo on free ports, with a copy of the made data in `home`."""
    for name in (data.STORE, data.HUB):
        shutil.copytree(made / name, home / name)
    ports = ["--port", str(free_port()), "--hub-port", str(free_port())]
    process = subprocess.Popen(
        [*COMPTOIR, "demo", "--data", str(home), *ports],
        env={**os.environ, **PATIENT},
        stdout=subprocess.PIPE,
        text=True,
    )
    demo = Demo(home=home, process=process)
    try:
        demo.read()
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        demo.listener.join()
        process.stdout.close()
