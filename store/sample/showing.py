"""What there is to try in the sample: people who work there, cards and orders to scan."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.models import Card, Customer, Order, Store
from store.sample import files
from store.sample.making import COLLEAGUES
from store.sample.people import SOURCE

__all__ = ["COLLEAGUES", "Shown", "ShownOrder", "list_cards", "list_orders"]

CARDS = 4
# of which states an order is shown, and how many of each
STATES = (("ready", 3), ("new", 1), ("collected", 1), ("cancelled", 1), ("expired", 1))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card to scan; `kind` is own or programme."""

    code: str
    kind: str
    name: str
    tier: str
    customer_uid: str


@dataclass(frozen=True, kw_only=True)
class ShownOrder:
    """An order to scan, or whose six digits can be typed; `is_here` in the demo's shop."""

    code: str
    pickup_code: str
    number: str
    name: str
    state: str
    store: str
    is_here: bool


def list_cards(session: Session) -> Sequence[Shown]:
    """Return cards of the sample's first customers, Camille Roussel's first."""
    query = (
        select(Card, Customer)
        .join(Customer, Customer.id == Card.customer_id)
        .where(Customer.source == SOURCE, Card.revoked_at.is_(None))
        .order_by(Customer.id, Card.id)
        .limit(CARDS)
    )
    return [
        Shown(
            code=card.code, kind=card.kind, tier=customer.tier, customer_uid=customer.uid,
            name=f"{customer.first_name} {customer.last_name}",
        )
        for card, customer in session.execute(query)
    ]  # fmt: skip


def list_orders(session: Session) -> Sequence[ShownOrder]:
    """Return orders of the demo's shop in several states, and one that waits in another."""
    here = files.home_store()
    found = [
        row
        for state, many in STATES
        for row in session.execute(_orders(state).where(Store.code == here).limit(many))
    ]
    found += session.execute(_orders("ready").where(Store.code != here).limit(1))
    return [
        ShownOrder(
            code=order.code, pickup_code=order.pickup_code, number=order.number,
            name=order.customer_name, state=order.state, store=store.name,
            is_here=store.code == here,
        )
        for order, store in found
    ]  # fmt: skip


def _orders(state: str) -> Select[Order, Store]:
    query = select(Order, Store).join(Store, Store.id == Order.store_id)
    return query.where(Order.source == SOURCE, Order.state == state).order_by(Order.id)
