"""comptoir demo: one command, two servers, which come back as they were."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.journeys.demo import Demo
from tests.servers import COMPTOIR, answers, free_port

PATIENCE_SECONDS = 180


def command(home: Path, *, port: int, hub_port: int) -> list[str]:
    ports = ["--port", str(port), "--hub-port", str(hub_port)]
    return [*COMPTOIR, "demo", "--data", str(home), *ports]


def start(home: Path) -> Demo:
    process = subprocess.Popen(
        command(home, port=free_port(), hub_port=free_port()),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    demo = Demo(home=home, process=process)
    demo.read()
    return demo


def stop(demo: Demo) -> int:
    if demo.process.poll() is None:
        demo.process.send_signal(signal.SIGTERM)
    status = demo.process.wait(60)
    for stream in (demo.process.stdout, demo.process.stderr):
        stream.close()
    return status


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "here"


@pytest.fixture(scope="module")
def started(home: Path) -> Iterator[list[Demo]]:
    """The demos that were started, the last of which may still run."""
    demos: list[Demo] = []
    yield demos
    for demo in demos:
        stop(demo)


@pytest.fixture
def demo(home: Path, started: list[Demo]) -> Demo:
    """A running demo: the one before, or started again if a test ended that."""
    if not started or started[-1].process.poll() is not None:
        started.append(start(home))
    return started[-1]


def is_up(url: str) -> bool:
    return answers(f"{url}/readyz")


def wait_until_up(*urls: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(is_up(url) for url in urls):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_says_where_it_is_and_what_to_try(demo: Demo) -> None:
    assert is_up(demo.store) and is_up(demo.hub)
    assert demo.pins["ines"] == "2580"
    assert demo.cards["Camille Roussel"].startswith("C")
    assert sorted(path.name for path in demo.home.iterdir()) == ["hub", "server.lock", "store"]


def test_a_killed_server_comes_back_with_its_data(demo: Demo) -> None:
    children = psutil.Process(demo.process.pid).children()
    assert len(children) == 2

    for child in children:
        child.kill()
    psutil.wait_procs(children, timeout=60)

    wait_until_up(demo.store, demo.hub)
    page = requests.get(f"{demo.store}/demo", timeout=60)
    assert "Camille Roussel" in page.text


def test_a_second_demo_in_the_same_folder_is_refused(demo: Demo) -> None:
    second = subprocess.run(
        command(demo.home, port=free_port(), hub_port=free_port()),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert str(demo.home) in second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_that_is_taken_is_named(demo: Demo, tmp_path: Path) -> None:
    taken = int(demo.store.rsplit(":", 1)[1])

    second = subprocess.run(
        command(tmp_path, port=taken, hub_port=free_port()),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert str(taken) in second.stderr


def test_the_servers_end_when_the_demo_is_killed(demo: Demo) -> None:
    children = psutil.Process(demo.process.pid).children()

    demo.process.kill()
    demo.process.wait()

    _gone, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_it_ends_both_servers_on_sigterm(demo: Demo) -> None:
    children = psutil.Process(demo.process.pid).children()

    assert stop(demo) == 0

    assert not any(child.is_running() for child in children)
    assert not is_up(demo.store)


def test_the_demo_itself_starts_without_the_library_of_databases() -> None:
    load = "from config import sources; import config.cli.demo; sources.load(environ={})"
    code = f"import sys; {load}; sys.exit('sqlalchemy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
