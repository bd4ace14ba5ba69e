"""Real servers on this machine: started as users start them, killed as power cuts do."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

COMPTOIR = (str(Path(sys.executable).with_name("comptoir")),)
_CHANCE = random.Random()
PATIENCE_SECONDS = 120  # five servers may start at once on two cores


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    It is none of those that the system gives to whoever asks another: such a one may be taken while
    a server that was killed is started again.
    """
    while True:
        port = _CHANCE.randrange(12_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Server:
    """One `comptoir serve` on its own data folder; it can be killed and started again."""

    folder: Path
    port: int
    environ: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "it was not started"
        return self.process.pid

    @property
    def settings(self) -> dict[str, str]:
        """The environment that every command on this data folder runs in."""
        given = {
            "COMPTOIR_DATA_DIR": str(self.folder),
            "COMPTOIR_SERVER__PORT": str(self.port),
            "COMPTOIR_LANGUAGE": "fr",
        }
        return {**os.environ, **given, **self.environ}

    def start(self) -> "Server":
        """Start the server and wait until it can serve."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMPTOIR, "serve"], env=self.settings, stdout=log, stderr=log
            )
        self.wait()
        return self

    def wait(self) -> None:
        """Wait until `/readyz` answers; fails with the server's log when it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is None or self.process.poll() is None, self.log()
            if answers(f"{self.url}/readyz"):
                return
            time.sleep(0.02)
        raise AssertionError(self.log())

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8")[-4000:]

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask the server to end and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


def answers(url: str) -> bool:
    """Tell whether something answers there with a 200."""
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[Server]:
    """Give a started server on the data folder; it is ended afterwards, by force if need be."""
    server = Server(folder=folder, port=free_port(), environ=environ)
    try:
        yield server.start()
    finally:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait()
