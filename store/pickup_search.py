"""Pickups found by anything that somebody may say or hold: name, number, phone, code, article."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from store import codes, gs1, words
from store.models import Customer, Order, OrderLine, Product, Variant
from store.pickup_states import OPEN

LONGEST = 200
FORMER = timedelta(days=30)  # what is over is found for so long by name, by its number for ever
MOST_FORMER = 500
SHORTEST_PHONE = 4


def find(session: Session, store_id: int, query: str, *, now: datetime) -> set[str]:
    """Return the uids of the store's pickups that fit every word of the query.

    A word fits a part of the name, number, place, article's name in either language or SKU, the end
    of a phone number, the order's code, its six digits or an article's bar code. At most four
    queries.
    """
    parts = words.fold(query[:LONGEST]).split()
    if not parts:
        return set()
    rows = _rows(session, store_id, query.strip(), now=now)
    said, gtins = _goods(session, [row.id for row in rows])
    bars = set(gs1.gtin_readings("".join(query.split())))
    return {
        row.uid
        for row in rows
        if bars & gtins[row.id] or _fits(row, " ".join(said[row.id]), query, parts)
    }


def _rows(session: Session, store_id: int, query: str, *, now: datetime) -> Sequence[Any]:
    """Read what is open, what is over since a month, and what has just this number or code."""
    order = Order.__table__.c
    columns = (
        *(order.id, order.uid, order.number, order.customer_name, order.staging_place),
        *(order.code, order.pickup_code, order.phone, order.email, order.arrival_place),
        func.coalesce(Customer.phone, "").label("customer_phone"),
        func.coalesce(Customer.email, "").label("customer_email"),
    )
    here = select(*columns).outerjoin(Customer, Customer.id == order.customer_id)
    here = here.where(order.store_id == store_id, order.fulfilment == "pickup")
    plain = "".join(query.split())
    named = or_(order.number == plain, order.code == codes.normalise(query))
    open_ones = session.execute(here.where(order.state.in_(OPEN))).all()
    former = here.where(order.state.not_in(OPEN), or_(named, order.closed_at >= now - FORMER))
    return [*open_ones, *session.execute(former.order_by(order.id.desc()).limit(MOST_FORMER))]


def _goods(
    session: Session, orders: Collection[int]
) -> tuple[dict[int, list[str]], dict[int, set[str | None]]]:
    """Return what is said of the articles of each order, and their bar codes.

    Where one is given in another's place, both count.
    """
    line, instead, substitute = OrderLine.__table__.c, aliased(Variant), aliased(Product)
    query = (
        select(line.order_id, line.sku, line.label, line.substitute_sku, line.substitute_label)
        .add_columns(func.coalesce(Product.name_en, ""), func.coalesce(substitute.name_en, ""))
        .add_columns(Variant.gtin, instead.gtin)
        .outerjoin(Variant, Variant.id == line.variant_id)
        .outerjoin(Product, Product.id == Variant.product_id)
        .outerjoin(instead, instead.id == line.substitute_id)
        .outerjoin(substitute, substitute.id == instead.product_id)
        .where(line.order_id.in_(list(orders)))
    )
    texts: dict[int, list[str]] = defaultdict(list)
    gtins: dict[int, set[str | None]] = defaultdict(set)
    for order_id, *said, ordered, given in session.execute(query):
        texts[order_id].append(words.fold(" ".join(said)))
        gtins[order_id] |= {ordered, given}
    return texts, gtins


def _fits(row: Any, goods: str, query: str, parts: Sequence[str]) -> bool:
    numbers = {row.number, row.pickup_code} - {""}
    if codes.normalise(query) == row.code or "".join(query.split()) in numbers:
        return True
    said = words.fold(
        " ".join((row.number, row.customer_name, row.staging_place, row.arrival_place))
    )
    told = f"{said} {goods}"
    if all(part in told or _is_address(part, row) for part in parts):
        return True
    return _is_phone(query, (row.phone, row.customer_phone))


def _is_address(part: str, row: Any) -> bool:
    return "@" in part and part in (row.email.casefold(), row.customer_email.casefold())


def _is_phone(query: str, phones: Sequence[str]) -> bool:
    """Tell whether the query is the end of a phone number: people say 06, the file +336."""
    digits = "".join(filter(str.isdigit, query))
    if len(digits) < SHORTEST_PHONE or any(letter.isalpha() for letter in query):
        return False
    return any(phone.endswith(digits.removeprefix("0")) for phone in phones if phone)
