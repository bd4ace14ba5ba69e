"""The demo's two data folders: made once, whole or not at all, and then left as they are."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from config import backups, folder
from config.demo.faults import NotADemo
from store import changes, flows, migrations, tokens
from store.database import make_engine, reading, sqlite_url, writing
from store.sample import making
from store.web.api import cursors

STORE, HUB, LINK = "store", "hub", "link"
KEY_TO_HUB = "hub-token"
FRESH, WHOLE = ".new", "whole"
OPEN, CUT = "open", "cut"
SCOPES = tuple(scope for scope in tokens.SCOPES if scope != "metrics")


def is_made(home: Path) -> bool:
    """Tell whether both data folders are there."""
    return (home / STORE).is_dir() and (home / HUB).is_dir()


def prepare(home: Path) -> None:
    """Make both data folders if they are not there; what is there is never touched.

    They are made under another name first, so that a demo which was stopped while it was made
    leaves nothing half. Raises NotADemo when the folder holds only one of them.
    """
    fresh = home / FRESH
    if is_made(home):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    if not (fresh / WHOLE).exists():
        if (home / STORE).exists() or (home / HUB).exists():
            raise NotADemo(home)
        shutil.rmtree(fresh, ignore_errors=True)
        make(fresh, datetime.now(UTC))
    for name in (STORE, HUB):
        if (fresh / name).exists():
            (fresh / name).rename(home / name)
    shutil.rmtree(fresh)


def make(fresh: Path, now: datetime) -> None:
    """Make a store, a hub that knows the same people and goods, and a token between them."""
    for name in (STORE, HUB):
        folder.make(fresh / name)
    shop = make_engine(sqlite_url(fresh / STORE))
    migrations.upgrade(shop)
    making.make(shop, now=now)
    backups.pour(file_of(fresh / STORE), file_of(fresh / HUB))
    hub = make_engine(sqlite_url(fresh / HUB))
    secret = give_token(hub, now)
    folder.write_private(fresh / STORE / KEY_TO_HUB, secret.encode())
    catch_up(shop, hub)
    shop.dispose()
    hub.dispose()
    (fresh / WHOLE).touch()


def file_of(data_dir: Path) -> Path:
    """Return the database file of a data folder."""
    return Path(make_url(sqlite_url(data_dir)).database or "")


def give_token(hub: Engine, now: datetime) -> str:
    """Let the store speak to the hub, and return the secret."""
    with writing(hub) as session:
        _, secret = tokens.create(session, name=making.home_store(), scopes=SCOPES, now=now)
    return secret


def catch_up(shop: Engine, hub: Engine) -> None:
    """Note that the store has learnt all that the hub can tell so far."""
    with reading(hub) as session:
        newest = changes.last_number(session)
    with writing(shop) as session:
        flows.move_cursor(session, flows.PULL, before="", after=cursors.write(newest))


def is_cut(link: Path) -> bool:
    """Tell whether the file says that the link is cut; without a file it is open."""
    try:
        return link.read_text(encoding="utf-8").strip() == CUT
    except OSError:
        return False
