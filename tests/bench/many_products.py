"""A catalogue of many products: the real one, varied by what shops vary.

The names are those of the sample and, when the shared data is there, of the whole Online Retail
file and of French groceries; each comes in colours, sizes, materials and makes until there are
enough. The makes are invented words: a large catalogue has a large vocabulary.
"""

import csv
import gzip
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from store import gs1, search_index
from store.database import make_engine, writing
from store.models import Device, Product, ProductToken, StockLevel, Variant
from store.sample import catalogue, files
from store.secrets import hashed
from tests.bench import kept
from tests.shop import open_shop

SHARED = Path(__file__).parents[3] / "shared" / "data"
BATCH = 2_000
FIRST = 1_000  # number of the first of the many
COLOURS = (
    ("rouge", "red"), ("bleu", "blue"), ("vert", "green"), ("jaune", "yellow"), ("blanc", "white"),
    ("noir", "black"), ("rose", "pink"), ("gris", "grey"), ("ivoire", "ivory"), ("doré", "gold"),
)  # fmt: skip
MATERIALS = (
    ("en bois", "wooden"), ("en verre", "glass"), ("en métal", "metal"), ("en coton", "cotton"),
    ("en osier", "wicker"), ("en porcelaine", "china"), ("en céramique", "ceramic"),
)  # fmt: skip
SIZES = ("S", "M", "L", "XL", "20 cm", "30 cm", "45 cm")
SYLLABLES = (
    "ba be bo cal cor da del dor fa fin ga gal ha jo ka lam lo"
    " mar mi nor o pa pel qui ra ric sa sol ta ter va vil zo"
).split()
MAKES = 6_000
# the kiosk of a shop that knows as many figures, most of them 0: some 800 of 350,000 variants stand
STANDS = 1_000  # those whose id is a multiple
QUIET_SECRET = "quiet-kiosk-secret"


def database(products: int) -> Path:
    """Return a data folder with so many products, made when it is not there yet."""
    return kept.folder(f"{products}-products", lambda path: _build(path, products))


def names() -> list[tuple[str, str, str]]:
    """Return name, English name and category of each real article, the shipped ones first."""
    shipped = catalogue.products(files.sales(), files.names())
    own = [(one.name, one.name_en, one.category) for one in shipped]
    return list(dict.fromkeys([*own, *_online_retail(), *_groceries()]))


def _online_retail() -> Iterator[tuple[str, str, str]]:
    path = SHARED / "online_retail" / "online_retail.csv.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found = {row["Description"].strip().capitalize() for row in csv.DictReader(lines)}
        yield from ((name, name, "Idées cadeaux") for name in sorted(found) if len(name) > 8)


def _groceries() -> Iterator[tuple[str, str, str]]:
    path = SHARED / "open_beauty_food_facts" / "openfoodfacts_fr_6774.csv.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["product_name"].strip():
                    yield row["product_name"].strip(), "", row["main_category_fr"] or "Épicerie"


def _build(path: Path, products: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        shop = open_shop(session, now=now)
        lille, quiet = shop.lille.id, shop.roubaix.id
        kiosk = Device(kind="kiosk", name="kiosk 2", store_id=quiet, enrolled_at=now)
        kiosk.token_hash = hashed(QUIET_SECRET)
        session.add(kiosk)
    with engine.connect() as connection:
        made = _varied(products, now)
        while batch := list(itertools.islice(made, BATCH)):
            _write(connection, batch, (lille, quiet), now)
        connection.commit()
    engine.dispose()


def _varied(many: int, now: datetime) -> Iterator[Product]:
    drawn, real = random.Random(2026), names()
    makes = ["".join(drawn.choices(SYLLABLES, k=3)).capitalize() for _ in range(MAKES)]
    for number in range(FIRST, FIRST + many):
        name, name_en, category = real[number % len(real)]
        colour, material = drawn.choice(COLOURS), drawn.choice(MATERIALS)
        make = drawn.choice(makes)
        varied = number >= FIRST + len(real)
        variants = [
            _variant(number, at, drawn, colour[0]) for at in range(drawn.choice((1, 1, 2, 3)))
        ]
        yield Product(
            id=number,
            uid=f"{number:08x}-0000-4000-8000-{number:012x}",
            reference=f"R{number}",
            name=f"{name} {material[0]} {make}" if varied else name,
            name_en=f"{material[1]} {name_en}" if varied and name_en else name_en,
            brand=make,
            category=category,
            family="gift",
            description="",
            source="bench",
            changed_at=now,
            variants=variants,
        )


def _variant(number: int, at: int, drawn: random.Random, colour: str) -> Variant:
    body = f"37{number:08}{at:02}"
    return Variant(
        id=number * 4 + at,
        sku=f"S{number}-{at}",
        gtin=(body + gs1.check_digit(body)).zfill(14),
        size=drawn.choice(SIZES),
        colour=colour,
        price_minor=drawn.randrange(95, 9_995, 5),
        currency="EUR",
        position=at,
    )


def _write(
    connection: Connection, batch: list[Product], stores: tuple[int, int], now: datetime
) -> None:
    fields = (
        "id uid reference name name_en description brand category family source changed_at".split()
    )
    connection.execute(insert(Product), [{f: getattr(one, f) for f in fields} for one in batch])
    columns = "id sku gtin size colour price_minor currency position".split()
    variants = [
        {"product_id": one.id, **{name: getattr(each, name) for name in columns}}
        for one in batch
        for each in one.variants
    ]
    connection.execute(insert(Variant), variants)
    tokens = [
        {"token": token, "product_id": one.id, "weight": weight}
        for one in batch
        for token, weight in search_index.tokens_of(one).items()
    ]
    connection.execute(insert(ProductToken), tokens)
    told = [each["id"] for each in variants if each["id"] % 5 == 0]
    lille, quiet = stores
    levels = [_level(lille, number, number % 12, now) for number in told]
    levels += [_level(quiet, number, 3 if number % STANDS == 0 else 0, now) for number in told]
    connection.execute(insert(StockLevel), levels)


def _level(store_id: int, variant_id: int, on_hand: int, now: datetime) -> dict[str, Any]:
    return {
        "store_id": store_id, "variant_id": variant_id, "on_hand": on_hand,
        "reserved": 0, "safety_stock": 0, "counted": on_hand, "counted_at": now,
        "moved_at": now, "learnt_at": now, "source": "till", "incoming": 0,
    }  # fmt: skip
