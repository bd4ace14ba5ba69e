"""An import is idempotent, bounded by batches, and leaves the refused lines beside the file."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from store.database import make_engine
from store.errors import DiskFull
from store.imports import products, stock, taking_in
from store.imports.tables import open_table
from store.models import Change, Product
from tests.imports.files import READING, problem, rejects, take_in, write
from tests.shop import Shop

GOODS = "sku,name,price\n" + "".join(f"A{n},Article {n},3\n" for n in range(250))


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "BATCH", 100)


def test_the_same_file_twice_changes_nothing(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path, GOODS)
    first = take_in(engine, products.KIND, path)
    before = changes_in(engine)

    second = take_in(engine, products.KIND, path)

    assert (first.changed, first.unchanged) == (250, 0)
    assert (second.changed, second.unchanged) == (0, 250)
    assert changes_in(engine) == before


def changes_in(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count(Change.id))) or 0


def test_the_same_stock_file_twice_counts_once(tmp_path: Path, engine: Engine, shop: Shop) -> None:
    path = write(tmp_path, "store,sku,quantity\nLIL,22699,9\nRBX,22699,4\n")

    assert take_in(engine, stock.KIND, path).changed == 2
    assert take_in(engine, stock.KIND, path).changed == 0


def test_a_mended_file_of_refused_lines_can_be_sent_back(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path, "sku,name,price\nA1,Bol,abc\nA2,Pot,4\n")
    take_in(engine, products.KIND, path)
    beside = taking_in.rejects_path(path)

    mended = write(tmp_path, beside.read_text().replace("abc", "3.50"), name="mended.csv")
    outcome = take_in(engine, products.KIND, mended)

    assert (outcome.changed, outcome.refused) == (1, 0)


def test_the_refused_lines_of_an_earlier_run_are_gone(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path, "sku,name,price\nA1,Bol,abc\n")
    take_in(engine, products.KIND, path)
    assert rejects(path)

    write(tmp_path, "sku,name,price\nA1,Bol,3\n")
    take_in(engine, products.KIND, path)

    assert not taking_in.rejects_path(path).exists()


def test_a_cut_file_gives_its_whole_lines(tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path, "sku,name,price\nA1,Bol,3\nA2,Po")

    outcome = take_in(engine, products.KIND, path)

    assert (outcome.changed, outcome.is_cut) == (1, True)
    assert rejects(path) == ["3,:cut,A2,Po,"]


def test_a_full_disk_keeps_whole_batches_and_the_same_command_goes_on(
    tmp_path: Path, sqlite_template: Path
) -> None:
    database = tmp_path / "full.sqlite3"
    shutil.copy(sqlite_template, database)
    full, roomy = (make_engine(f"sqlite:///{database}") for _ in range(2))
    event.listen(full, "connect", leave_little_room)
    path, outcome = write(tmp_path, GOODS), taking_in.Outcome()

    with pytest.raises(DiskFull):
        taking_in.take_in(
            full, open_table(path, products.COLUMNS), products.KIND, outcome=outcome,
            reading=READING, describe=problem, advance=lambda _lines: None,
        )  # fmt: skip

    assert outcome.records in (100, 200)
    assert goods_in(roomy) == outcome.records
    assert take_in(roomy, products.KIND, path).changed == 250 - outcome.records
    full.dispose()
    roomy.dispose()


def leave_little_room(dbapi: sqlite3.Connection, _entry: object) -> None:
    """Let the file grow by some pages only, as a disk does that is nearly full."""
    (pages,) = dbapi.execute("PRAGMA page_count").fetchone()
    dbapi.execute(f"PRAGMA max_page_count = {pages + 12}")


def goods_in(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count(Product.id))) or 0
