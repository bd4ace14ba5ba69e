"""A server as it runs: alone on its folder, gone when told to go."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from config.settings import Reservations
from store.web import housekeeping
from tests.servers import free_port

COMPTOIR = Path(sys.executable).with_name("comptoir")


@dataclass
class Server:
    """A running `comptoir serve`."""

    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, number: int) -> float:
        """Send a signal and return after how many seconds the process has ended."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(120)
        return time.monotonic() - started


def environment(data: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "COMPTOIR_DATA_DIR": str(data),
            "COMPTOIR_LANGUAGE": "en", **more}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    subprocess.run(
        [COMPTOIR, "init", "--store", "LIL", "--pin", "2580"],
        env=environment(folder), check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def serve(data: Path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def serve(**more: str) -> Server:
        port = free_port()
        process = subprocess.Popen(
            [COMPTOIR, "serve", "--port", str(port)], env=environment(data, **more),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until_ready(process, port)
        started.append(Server(process, port))
        return started[-1]

    yield serve
    for server in started:
        server.process.kill()
        server.process.wait()


def wait_until_ready(process: subprocess.Popen, port: int) -> None:
    for _ in range(1000):
        assert process.poll() is None, "the server ended"
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=60).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.02)
    pytest.fail("the server does not answer")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_go_is_soon_gone(serve, number: int):
    server = serve()
    with requests.get(f"{server.url}/events?topics=stock:22423", stream=True, timeout=60) as stream:
        assert stream.status_code == 200

        seconds = server.end(number)

    assert seconds < 10
    assert server.process.returncode == 0


WITHOUT_GRANIAN = """
import sys
sys.modules["granian"] = None
from config.cli import main
main()
"""


@pytest.fixture
def spare(data: Path) -> Iterator[Server]:
    """A server on a machine for which there is no granian."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_GRANIAN, "serve", "--port", str(port)],
        env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until_ready(process, port)
    yield Server(process, port)
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_spare_server_streams_and_is_soon_gone_when_told(spare, data: Path, number: int):
    page = requests.get(f"{spare.url}/enrol", timeout=60)
    assert (page.status_code, page.headers.get("server", "")) == (200, "")
    url = f"{spare.url}/events?topics=stock:22423&since={'x' * 4}-0"
    with requests.get(url, stream=True, timeout=60) as stream:
        first = next(stream.iter_lines())  # it comes without the stream's end

        seconds = spare.end(number)

    assert first
    assert seconds < 10
    assert spare.process.returncode == 0
    assert "Traceback" not in spare.process.stderr.read()


def test_a_killed_server_can_be_started_again_at_once(serve):
    serve().end(signal.SIGKILL)

    assert requests.get(f"{serve().url}/healthz", timeout=60).ok


def test_a_second_server_on_the_folder_is_refused_in_words(serve, data: Path):
    first = serve()

    second = subprocess.run(
        [COMPTOIR, "serve", "--port", str(free_port())], env=environment(data),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert second.returncode == 1
    assert f"process {first.process.pid}" in second.stderr
    assert str(data) in second.stderr
    assert requests.get(f"{first.url}/healthz", timeout=60).ok


def test_a_taken_port_is_refused_in_words(data: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [COMPTOIR, "serve", "--port", str(port)], env=environment(data),
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr


def test_https_is_one_setting(serve, data: Path):
    subprocess.run(
        [COMPTOIR, "certificate", "boutique.lan"], env=environment(data), check=True,
        capture_output=True,
    )  # fmt: skip
    port = free_port()
    process = subprocess.Popen(
        [COMPTOIR, "serve", "--port", str(port)],
        env=environment(data, COMPTOIR_HTTPS__MODE="own"),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert "https://" in process.stdout.readline()
        answer = first_answer(f"https://localhost:{port}/healthz", data)
    finally:
        process.kill()
        process.communicate()

    assert answer.ok


def first_answer(url: str, data: Path) -> requests.Response:
    for _ in range(200):
        try:
            return requests.get(url, verify=data / "tls" / "comptoir-ca.crt", timeout=60)
        except requests.exceptions.SSLError:
            raise
        except requests.ConnectionError:
            time.sleep(0.02)
    pytest.fail("the server does not answer")


def test_https_without_a_certificate_says_which_file_is_missing(data: Path):
    done = subprocess.run(
        [COMPTOIR, "serve", "--port", str(free_port())],
        env=environment(data, COMPTOIR_HTTPS__MODE="own"),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 1
    assert "server.crt" in done.stderr


def test_an_address_is_dropped_while_the_outbox_still_knows_that_it_was_told():
    (days,) = [one for one in fields(Reservations) if one.name == "address_days"]

    assert timedelta(days=days.metadata["high"]) < housekeeping.DELIVERED_KEPT
