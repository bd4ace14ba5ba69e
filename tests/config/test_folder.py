"""One server at a time on a data folder and a port."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import folder
from store.errors import DataFolderInUse, PortTaken


def test_a_second_server_on_the_folder_is_told_who_holds_it(tmp_path: Path):
    hold = (
        f"import sys; from pathlib import Path; from config import folder\n"
        f"with folder.hold(Path({str(tmp_path)!r})): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"

        with pytest.raises(DataFolderInUse) as caught, folder.hold(tmp_path):
            pass

        assert caught.value.data == {"folder": str(tmp_path), "pid": str(other.pid)}
        other.kill()


def test_a_killed_server_leaves_nothing_to_clear(tmp_path: Path):
    with folder.hold(tmp_path):
        pass

    with folder.hold(tmp_path):
        pass


def test_a_taken_port_is_told_before_the_server_starts():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken) as caught:
            folder.check_port("127.0.0.1", port)

    assert caught.value.data["port"] == port


def test_the_key_of_the_cookies_is_made_once(tmp_path: Path):
    data = tmp_path / "data"

    first = folder.secret_key(data)

    assert folder.secret_key(data) == first
    assert len(first) >= 64
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
