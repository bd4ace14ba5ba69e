"""Purchases that the hub knows of our customers: which are still to be read, and taking them in.

The feed of changes tells how many purchases a customer has; purchases are never taken back, so
that a count above the one up to which we read means that there are new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import purchases
from store.database import is_sqlite
from store.models import Customer, PurchasePull, Store, Variant
from store.records import PurchaseLineRecord, PurchaseRecord


@dataclass(frozen=True, kw_only=True)
class Due:
    """A customer of whom the hub knows more purchases than we have read."""

    customer_id: int
    customer: tuple[str, str]  # source, external id
    hub_uid: str
    told: int
    taken: int


def note(session: Session, customer: Customer, *, hub_uid: str, count: int) -> None:
    """Remember how many purchases the hub has; fewer than we know of is an old word."""
    dialect = sqlite if is_sqlite(session) else postgresql
    row = dialect.insert(PurchasePull).values(
        customer_id=customer.id, hub_uid=hub_uid, told=count, taken=0
    )
    newer = {"told": row.excluded.told, "hub_uid": row.excluded.hub_uid}
    session.execute(
        row.on_conflict_do_update(
            index_elements=["customer_id"], set_=newer, where=PurchasePull.told < row.excluded.told
        )
    )


def find_due(session: Session) -> Due | None:
    """Return somebody whose purchases are still to be read, the first known customer first."""
    query = select(PurchasePull, Customer.source, Customer.external_id).join(
        Customer, Customer.id == PurchasePull.customer_id
    )
    query = query.where(PurchasePull.told > PurchasePull.taken).order_by(PurchasePull.customer_id)
    found = session.execute(query.limit(1)).first()
    if found is None:
        return None
    row, source, external_id = found
    return Due(
        customer_id=row.customer_id,
        customer=(source, external_id),
        hub_uid=row.hub_uid,
        told=row.told,
        taken=row.taken,
    )


def take_in(
    session: Session, due: Due, records: Sequence[PurchaseRecord], *, now: datetime
) -> purchases.Taken:
    """Write purchases of the customer, each once; shops and articles not known here are left out.

    What we do not sell still counts in the customer's history: its line keeps the name alone.
    """
    skus = {line.sku for record in records for line in record.lines}
    known_skus = set(session.scalars(select(Variant.sku).where(Variant.sku.in_(skus))))
    codes = {record.store for record in records}
    known_stores = set(session.scalars(select(Store.code).where(Store.code.in_(codes))))
    fitted = [
        replace(
            record,
            customer=due.customer,
            store=record.store if record.store in known_stores else "",
            lines=tuple(_fit(line, known_skus) for line in record.lines),
        )
        for record in records
    ]
    return purchases.take_in(session, fitted, now=now)


def settle(session: Session, due: Due) -> None:
    """Note that all that the hub had told of is read; what it told since is due again."""
    mine = PurchasePull.customer_id == due.customer_id
    session.execute(update(PurchasePull).where(mine).values(taken=due.told))


def _fit(line: PurchaseLineRecord, known: set[str]) -> PurchaseLineRecord:
    if not line.sku or line.sku in known:
        return line
    return replace(line, sku="", label=line.label or line.sku)
