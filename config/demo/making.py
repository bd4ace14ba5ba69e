"""Fill the demo's two data folders: python -m config.demo.making FOLDER"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from config import backups, folder
from config.cli import faults
from config.demo.data import HUB, KEY_TO_HUB, STORE, TO_TRY, WHOLE
from config.places import sqlite_url
from config.words import _
from store import changes, flows, migrations, tokens
from store.database import make_engine, reading, writing
from store.sample import files, making, showing
from store.web.api import cursors

SCOPES = tuple(scope for scope in tokens.SCOPES if scope != "metrics")
ROLES = {
    "assistant": _("conseiller"),
    "manager": _("responsable"),
    "administrator": _("administration"),
}


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
    (fresh / STORE / TO_TRY).write_text("\n".join(to_try(shop)) + "\n", encoding="utf-8")
    shop.dispose()
    hub.dispose()
    (fresh / WHOLE).touch()


def file_of(data_dir: Path) -> Path:
    """Return the database file of a data folder."""
    return Path(make_url(sqlite_url(data_dir)).database or "")


def give_token(hub: Engine, now: datetime) -> str:
    """Let the store speak to the hub, and return the secret."""
    with writing(hub) as session:
        _, secret = tokens.create(session, name=files.home_store(), scopes=SCOPES, now=now)
    return secret


def catch_up(shop: Engine, hub: Engine) -> None:
    """Note that the store has learnt all that the hub can tell so far."""
    with reading(hub) as session:
        newest = changes.last_number(session)
    with writing(shop) as session:
        flows.move_cursor(session, flows.PULL, before="", after=cursors.write(newest))


def to_try(shop: Engine) -> list[str]:
    """Return, one a line, the PINs to sign in with and the codes to scan."""
    lines = [
        f"PIN {one.code} {one.pin} {one.name} ({ROLES[one.role]})" for one in showing.COLLEAGUES
    ]
    with reading(shop) as session:
        lines += [f"card {card.code} {card.name}" for card in showing.list_cards(session)]
        lines += [
            f"order {order.code} {order.pickup_code} {order.name} ({order.number})"
            for order in showing.list_orders(session)
        ]
    return lines


def main() -> None:
    """Make both folders; our own errors end in one clear line and status 1."""
    try:
        make(Path(sys.argv[1]), datetime.now(UTC))
    except faults.KNOWN as error:
        sys.exit("\n".join(faults.describe(error)))


if __name__ == "__main__":
    main()
