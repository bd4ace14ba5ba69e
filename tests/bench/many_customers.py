"""A database of many customers, made by SQL in minutes, with what a busy card has to show.

Purchases stand in the order of time, so that those of one customer lie far apart on the disk as
they do in a shop. Every tenth customer has consents, notes, visits, points and an order to collect;
two in ten thousand have bought for years.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from store.database import make_engine, writing
from tests.bench import kept
from tests.shop import open_shop

LINES_PER_CUSTOMER = 10
LINES_PER_PURCHASE = 3
VARIANTS = 4000
FIRST = 1000  # number of the first of the many; the shop's own are below
FULL = 10  # every tenth customer
FAITHFUL = 5000  # every so many
FAITHFUL_PURCHASES = 300
# multiplied with, a prime puts the purchases of one customer far apart
SPREAD = 1_000_003

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def database(customers: int) -> Path:
    """Return a data folder with so many customers, made when it is not there yet."""
    return kept.folder(f"{customers}-customers", lambda path: _build(path, customers))


def uid(number: int) -> str:
    """Return the public id of one of the many."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def _build(path: Path, customers: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        open_shop(session, now=now)
    engine.dispose()
    purchases = customers * LINES_PER_CUSTOMER // LINES_PER_PURCHASE
    faithful = max(1, customers // FAITHFUL)
    values = {
        "now": f"{now:%Y-%m-%d %H:%M:%S}.000000",
        "first": FIRST,
        "most": max(purchases, customers, VARIANTS),
        "customers": customers,
        "purchases": purchases,
        "variants": VARIANTS,
        "spread": SPREAD,
        "full": FULL,
        "faithful": faithful,
        "faithful_step": customers // faithful,
        "often": purchases // (faithful * FAITHFUL_PURCHASES),
    }
    with sqlite3.connect(path) as connection:
        _fill(connection, values)


def _fill(connection: sqlite3.Connection, values: dict[str, object]) -> None:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('purchase', 'purchase_line', 'customer_variant', 'customer_token')"
    ).fetchall()
    for name, _sql in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    for statement in SQL.split(";\n")[:-1]:
        names = {name for name in values if f":{name}" in statement}
        connection.execute(statement, {name: values[name] for name in names})
    for _name, sql in indexes:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
