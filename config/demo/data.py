"""The demo's two data folders: made once, whole or not at all, and then left as they are."""

import shutil
import subprocess
import sys
from pathlib import Path

from config.demo.faults import NotADemo, NotMade

STORE, HUB, LINK = "store", "hub", "link"
MAILS = "messages"  # what the shop would have sent
KEY_TO_HUB = "hub-token"
TO_TRY = "to-try.txt"  # what the demo prints: PINs, cards and orders
FRESH, WHOLE = ".new", "whole"
OPEN, CUT = "open", "cut"


def is_made(home: Path) -> bool:
    """Tell whether both data folders are there."""
    return (home / STORE).is_dir() and (home / HUB).is_dir()


def prepare(home: Path) -> None:
    """Make both data folders if they are not there; what is there is never touched.

    They are made under another name first, so that a demo which was stopped while it was made
    leaves nothing half. Raises NotADemo when the folder holds only one of them, or NotMade.
    """
    fresh = home / FRESH
    if is_made(home):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    if not (fresh / WHOLE).exists():
        if (home / STORE).exists() or (home / HUB).exists():
            raise NotADemo(home)
        shutil.rmtree(fresh, ignore_errors=True)
        make(fresh)
    for name in (STORE, HUB):
        if (fresh / name).exists():
            (fresh / name).rename(home / name)
    shutil.rmtree(fresh)


def make(fresh: Path) -> None:
    """Make both folders under `fresh`, in a process of its own: what it loads is needed once.

    Raises NotMade when that fails; it has said why.
    """
    command = [sys.executable, "-m", "config.demo.making", str(fresh)]
    if subprocess.run(command, check=False).returncode:
        raise NotMade(fresh.parent)


def is_cut(link: Path) -> bool:
    """Tell whether the file says that the link is cut; without a file it is open."""
    try:
        return link.read_text(encoding="utf-8").strip() == CUT
    except OSError:
        return False
