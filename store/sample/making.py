"""The whole sample into an empty database, by the same rules as real facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from store import aisles, also_bought, purchases, staff, staging, stock, stores
from store.database import writing
from store.imports import many_goods, many_people, opening_hours
from store.imports.batches import batches
from store.models import Customer, OutboxMessage, Staff, Store, Variant
from store.records import ProductRecord, StoreRecord
from store.sample import catalogue, encounters, files, orders, past, people, shelves
from store.sample.people import Person

ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works in the sample's shop; the PIN is no secret."""

    code: str
    name: str
    pin: str
    role: str
    is_at_home: bool = True  # belongs to the demo's shop; others work in any


COLLEAGUES = (
    Colleague(code="ines", name="Inès Bellier", pin="2580", role="assistant"),
    Colleague(code="malik", name="Malik Traoré", pin="1470", role="assistant"),
    Colleague(code="sophie", name="Sophie Arnaud", pin="3690", role="manager"),
    Colleague(
        code="siege", name="Claire Delorme", pin="9630", role="administrator", is_at_home=False
    ),
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """How much was made."""

    stores: int
    products: int
    customers: int
    purchases: int
    movements: int
    orders: int


def make(engine: Engine, *, now: datetime) -> Made:
    """Fill an empty database with the sample; the same on every machine, but for the dates."""
    sold = files.sales()
    goods = [*catalogue.products(sold, files.names()), *catalogue.invented()]
    skus = [variant.sku for record in goods for variant in record.variants]
    history = past.purchases(sold, skus, now=now, zone=ZONE)
    persons = people.people(history, now)
    codes = [row["code"] for row in files.stores()]
    history = past.spread(history, persons, codes)
    with writing(engine) as session:
        _open_shops(session)
        _write_goods(session, goods, now=now)
        _write_people(session, persons, now=now)
        for batch in batches(history, 1_000):
            _demand_all(purchases.take_in(session, batch, now=now).refused)
        counts = list(shelves.movements(skus, codes, now=now))
        for some in batches(counts, 1_000):
            _demand_all(stock.apply(session, some, now=now).refused)
        for plan in shelves.plans(skus, [files.home_store()], now=now):
            stock.plan(session, plan, now=now)
        _set_up(session, goods)
        made = _write_life(session, goods, persons, codes, now=now)
    also_bought.count(engine)
    return Made(
        stores=len(codes), products=len(goods), customers=len(persons), purchases=len(history),
        movements=len(counts), orders=made,
    )  # fmt: skip


def _open_shops(session: Session) -> None:
    for row in files.stores():
        values: dict[str, Any] = dict(row)
        values["latitude"], values["longitude"] = float(row["latitude"]), float(row["longitude"])
        values["opening_hours"] = opening_hours.parse(row["opening_hours"])
        stores.upsert(session, StoreRecord(**values, time_zone=ZONE.key))
    home = stores.get_by_code(session, files.home_store())
    for one in COLLEAGUES:
        staff.add(
            session, code=one.code, name=one.name, pin=one.pin, role=one.role,
            store=home if one.is_at_home else None,
        )  # fmt: skip


def _write_goods(session: Session, goods: list[ProductRecord], *, now: datetime) -> None:
    many_goods.write(session, goods, now=now)


def _write_people(session: Session, persons: list[Person], *, now: datetime) -> None:
    many_people.write(session, [person.record for person in persons], now=now)


def _set_up(session: Session, goods: list[ProductRecord]) -> None:
    """Say where goods stand in the demo's shop, and where prepared orders lie."""
    home = stores.get_by_code(session, files.home_store())
    where = shelves.aisles(goods)
    ids = {sku: number for number, sku in _variants(session, list(where))}
    aisles.place(session, home, {ids[sku]: aisle for sku, aisle in where.items()})
    for name, size, capacity in orders.places():
        staging.add(session, home, name, size=size, capacity=capacity)


def _write_life(
    session: Session,
    goods: list[ProductRecord],
    persons: list[Person],
    codes: list[str],
    *,
    now: datetime,
) -> int:
    prices = {variant.sku: variant.price_minor for one in goods for variant in one.variants}
    made = orders.write_all(session, persons, list(prices), prices, codes, now=now)
    home = stores.get_by_code(session, files.home_store())
    encounters.write_all(
        session, persons, _customer_ids(session), _staff_ids(session, home), home.id,
        _variants(session, list(prices)), now=now, zone=ZONE,
    )  # fmt: skip
    session.execute(delete(OutboxMessage))  # the past of a sample is told to nobody
    return made


def _customer_ids(session: Session) -> dict[str, int]:
    rows = session.execute(select(Customer.external_id, Customer.id))
    return {row[0]: row[1] for row in rows}


def _staff_ids(session: Session, home: Store) -> dict[str, tuple[int, str]]:
    rows = session.execute(select(Staff.code, Staff.id, Staff.name).where(Staff.store == home))
    return {row[0]: (row[1], row[2]) for row in rows}


def _variants(session: Session, skus: list[str]) -> list[tuple[int, str]]:
    rows = session.execute(select(Variant.sku, Variant.id))
    ids = {row[0]: row[1] for row in rows}
    return [(ids[sku], sku) for sku in skus]


def _demand_all(refused: tuple[tuple[int, str], ...]) -> None:
    if refused:
        raise AssertionError(f"the sample contradicts itself: {refused[:3]}")
