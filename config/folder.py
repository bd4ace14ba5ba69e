"""The data folder of a server: one server at a time, and the keys that live in it."""

import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.words import _
from store.errors import DataFolderInUse, PortTaken

TICKETS = "tickets.key"


def make(folder: Path) -> None:
    """Make the data folder, closed to other users: customers' data goes into it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep the data folder for this process.

    Raises DataFolderInUse when another server holds it. The lock goes with the process, so a
    server that was killed leaves nothing to clear.
    """
    make(folder)
    with (folder / "server.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataFolderInUse(folder=str(folder), pid=read_pid(folder)) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def read_pid(folder: Path) -> str:
    return (folder / "server.lock").read_text(encoding="utf-8").strip()


def check_port(host: str, port: int) -> None:
    """Raise PortTaken when another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = _("un autre programme y écoute") if taken else error.strerror
            raise PortTaken(host=host, port=port, why=why) from error


def secret_key(folder: Path) -> str:
    """Return the key that signs cookies and codes; made once, readable by its owner only."""
    path = folder / "secret.key"
    if not path.exists():
        make(folder)
        write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text(encoding="utf-8")


def ticket_seeds(folder: Path) -> list[bytes]:
    """Return the private keys that sign the codes of orders, the one in use first.

    One is made when there is none. A new key is a new first line of 64 hexadecimal digits; the old
    one stays below it for as long as codes that it signed are in customers' hands.
    """
    path = folder / TICKETS
    if not path.exists():
        make(folder)
        write_private(path, secrets.token_hex(32).encode())
    return [bytes.fromhex(line) for line in path.read_text(encoding="utf-8").split()]


def add_ticket_seeds(folder: Path, content: bytes) -> None:
    """Let the private keys of a backup sign again; those that are here already stay before them."""
    path = folder / TICKETS
    here = path.read_bytes().split() if path.exists() else []
    keys = dict.fromkeys([*here, *content.split()])
    make(folder)
    write_private(path, b"\n".join(keys))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it is there whole or not at all."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(path)
