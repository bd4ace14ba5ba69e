"""What things cost before: for reductions, which the law lets one announce in one way only.

Directive 98/6/EC, article 6a (by Directive (EU) 2019/2161), in France Code de la consommation
L112-1-1: a reduction is told from the lowest price of the 30 days before it began.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.models import FormerPrice, Variant
from store.records import VariantRecord

PERIOD = timedelta(days=30)
# a former price is asked for until the reduction that it began with is over
KEPT = timedelta(days=400)
MOST_NAMED = 500  # variants named in one query; for more all that changed lately is read

Price = tuple[int, str]  # minor units, currency


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """The price from which it fell, and when it did."""

    was_minor: int
    since: datetime


def keep_former(
    session: Session,
    known: Mapping[str, Variant],
    records: Iterable[VariantRecord],
    *,
    now: datetime,
) -> None:
    """Note the prices that these records are about to change; `known` is keyed by SKU."""
    for record in records:
        variant = known.get(record.sku.strip().upper())
        if variant is None or variant.id is None:
            continue
        if (variant.price_minor, variant.currency) == (record.price_minor, record.currency):
            continue
        session.add(
            FormerPrice(
                variant_id=variant.id,
                price_minor=variant.price_minor,
                currency=variant.currency,
                until=now,
            )
        )


def reductions(
    session: Session, present: Mapping[int, Price], *, now: datetime, lasting: timedelta
) -> dict[int, Reduction]:
    """Return the reductions that may be announced, by the ids of the variants; one query.

    `present` is what the variants cost now, by their ids. There is a reduction when the last
    change, at most `lasting` ago, brought the price below the lowest of the 30 days before it.
    Where no former price is known there is none.
    """
    query = select(FormerPrice).where(FormerPrice.until > now - lasting - PERIOD)
    if len(present) <= MOST_NAMED:
        query = query.where(FormerPrice.variant_id.in_(present))
    former: dict[int, list[FormerPrice]] = {}
    for row in session.scalars(query.order_by(FormerPrice.until, FormerPrice.id)):
        former.setdefault(row.variant_id, []).append(row)
    found = {
        number: _reduction(present[number], rows)
        for number, rows in former.items()
        if number in present and rows[-1].until > now - lasting
    }
    return {number: one for number, one in found.items() if one is not None}


def _reduction(present: Price, rows: list[FormerPrice]) -> Reduction | None:
    minor, currency = present
    since = rows[-1].until
    before = [row for row in rows if row.until > since - PERIOD]
    if any(row.currency != currency for row in before):
        return None
    lowest = min(row.price_minor for row in before)
    return Reduction(was_minor=lowest, since=since) if 0 < minor < lowest else None


def forget(session: Session, *, before: datetime) -> None:
    """Drop the prices that ended before that moment."""
    session.execute(delete(FormerPrice).where(FormerPrice.until < before))
