"""The folder of pictures, beside the database: each file is there whole or not at all."""

import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path

from store.picture_files import Cut, name

FOLDER = "pictures"


def keep(folder: Path, photo: Cut) -> None:
    """Write the files of a photo that are not there yet; each is there whole or not at all.

    Those that are there count as written now, so that no sweep takes them before their picture is.
    """
    for width, content in photo.files.items():
        path = folder / name(photo.digest, width)
        try:
            os.utime(path)
        except FileNotFoundError:
            write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, to the disk, and only then give it its own."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with half.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def list_files(folder: Path) -> Iterator[Path]:
    """Yield the files of all pictures, in the order of their names."""
    yield from sorted(folder.glob("??/*.webp"))


def sweep(folder: Path, digests: Collection[str], *, older_than: float) -> int:
    """Remove files of no picture in `digests` written before a POSIX time; return how many."""
    gone = 0
    for path in [*folder.glob("??/*.webp"), *folder.glob("??/*.part")]:
        if path.name.partition("-")[0] not in digests and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
