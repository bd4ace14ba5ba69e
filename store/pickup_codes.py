"""Six digits by which a customer names an order that waits, where no QR is at hand."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Order
from store.pickup_states import OPEN

MOST = 1_000_000


def draw(session: Session, store_id: int) -> str:
    """Return six digits that no open order of the store has."""
    taken = set(
        session.scalars(
            select(Order.pickup_code).where(Order.store_id == store_id, Order.state.in_(OPEN))
        )
    )
    while (code := f"{secrets.randbelow(MOST):06}") in taken:
        continue
    return code
