"""The clock of one server, and what it remembers of it between two starts."""

import json
import logging
from datetime import datetime
from pathlib import Path

from config import folder
from store.web.steady_clock import Clocks, SteadyClock

log = logging.getLogger(__name__)

FILE = "clock.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")


def open_clock(
    data_dir: Path, clocks: Clocks | None = None, *, boot: str | None = None
) -> SteadyClock:
    """Return the clock of the server of this folder, which remembers what was believed.

    What was written before the machine was started last says nothing: `boot` tells, by the kernel
    when it is not given.
    """
    path = data_dir / FILE
    boot = _boot() if boot is None else boot

    def keep(start: datetime) -> None:
        _write(path, boot, start)

    return SteadyClock(clocks, start=_read(path, boot), keep=keep)


def _boot() -> str:
    return BOOT.read_text(encoding="ascii").strip() if BOOT.exists() else ""


def _read(path: Path, boot: str) -> datetime | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return datetime.fromisoformat(kept["start"]) if boot and kept["boot"] == boot else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, boot: str, start: datetime) -> None:
    """Survive a full disk: what is not remembered is believed at the next start."""
    try:
        kept = {"boot": boot, "start": start.isoformat()}
        folder.write_private(path, json.dumps(kept).encode())
    except OSError:
        log.exception("clock: not remembered")
