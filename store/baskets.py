"""Lists of articles: a visitor's at a kiosk or phone, or handed over to an assistant's tablet.

A visitor is known by the opaque id of their session; nothing of the person is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, selectinload

from store import changes
from store.database import take_turn
from store.errors import Invalid, NotFound
from store.models import Basket, BasketLine, Handoff, Staff, Store, Variant

MOST_LINES = 50
MOST_UNITS = 10


def find(session: Session, visitor: str) -> Basket | None:
    """Return the visitor's list with its articles, or None; at most four queries."""
    if not visitor:
        return None
    return session.scalar(_whole().where(Basket.visitor == visitor))


def get(session: Session, uid: str, *, store: Store) -> Basket:
    """Return a list that was handed over to this store's tablets; raise NotFound."""
    here = Basket.uid == uid, Basket.store_id == store.id, Basket.handed_at.is_not(None)
    found = session.scalar(_whole().where(*here))
    if found is None:
        raise NotFound(kind="list", key=uid)
    return found


def list_handed(session: Session, store_id: int, *, since: datetime) -> Sequence[Basket]:
    """Return the lists handed over to the store's tablets, the latest first."""
    handed = Basket.store_id == store_id, Basket.handed_at >= since
    return session.scalars(_whole().where(*handed).order_by(Basket.handed_at.desc())).all()


def count(session: Session, visitor: str) -> int:
    """Return how many units are on the visitor's list."""
    if not visitor:
        return 0
    mine = select(BasketLine.quantity).join(Basket).where(Basket.visitor == visitor)
    return sum(session.scalars(mine))


def add(
    session: Session,
    visitor: str,
    variant: Variant,
    *,
    store: Store,
    quantity: int = 1,
    now: datetime,
) -> Basket:
    """Put an article on the visitor's list, begun when there is none; at most 10 units of each.

    Raises Invalid when the list already has 50 articles.
    """
    take_turn(session, changes.TURN)  # a second touch must find the list that the first began
    basket = find(session, visitor) or _begin(session, visitor, store=store, now=now)
    _put(session, basket, variant.id, quantity)
    basket.touched_at = now
    session.flush()
    return basket


def set_quantity(
    session: Session, basket: Basket, sku: str, *, quantity: int, now: datetime
) -> None:
    """Change how many of an article are on a list, 0 to 10; 0 takes it off. Unknown is no fault."""
    if not 0 <= quantity <= MOST_UNITS:
        raise Invalid(field="quantity", problem="out_of_range")
    for line in list(basket.lines):
        if line.variant.sku == sku:
            line.quantity = quantity
            if quantity == 0:
                basket.lines.remove(line)
    basket.touched_at = now
    session.flush()


def merge(session: Session, source: Basket, visitor: str, *, now: datetime) -> Basket:
    """Move a list to another visitor, whose own list grows by it; the source is gone."""
    target = find(session, visitor)
    if target is None:
        source.visitor, source.touched_at = visitor, now
        session.flush()
        return source
    for line in source.lines:
        _put(session, target, line.variant_id, line.quantity)
    target.touched_at = now
    drop(session, source)
    session.flush()
    return target


def hand_to(
    session: Session, basket: Basket, staff: Staff, *, came_from: str, now: datetime
) -> None:
    """Let the list leave its visitor for the store's tablets."""
    basket.visitor, basket.staff_id = None, staff.id
    basket.handed_at = basket.touched_at = now
    basket.came_from = came_from
    session.flush()


def forget(session: Session, visitor: str, *, now: datetime) -> None:
    """Drop the visitor's list and end its hand-offs: whoever comes next finds nothing."""
    basket = session.scalar(select(Basket).where(Basket.visitor == visitor))
    if basket is None:
        return
    open_ones = Handoff.basket_id == basket.id, Handoff.ended_at.is_(None)
    session.execute(update(Handoff).where(*open_ones).values(ended_at=now, ended_by="wipe"))
    drop(session, basket)


def drop(session: Session, basket: Basket) -> None:
    """Delete a list; what pointed at it points at nothing."""
    session.execute(update(Handoff).where(Handoff.basket_id == basket.id).values(basket_id=None))
    session.delete(basket)
    session.flush()


def drop_untouched(session: Session, *, before: datetime) -> int:
    """Delete the lists that nobody has touched since that moment; return how many."""
    old = session.scalars(select(Basket.id).where(Basket.touched_at < before)).all()
    session.execute(update(Handoff).where(Handoff.basket_id.in_(old)).values(basket_id=None))
    session.execute(delete(BasketLine).where(BasketLine.basket_id.in_(old)))
    session.execute(delete(Basket).where(Basket.id.in_(old)))
    return len(old)


def begin_apart(session: Session, variant: Variant, *, store: Store, now: datetime) -> Basket:
    """Begin a list of one article that is nobody's yet, such as for a hand-off."""
    basket = _begin(session, None, store=store, now=now)
    _put(session, basket, variant.id, 1)
    session.flush()
    return basket


def _begin(session: Session, visitor: str | None, *, store: Store, now: datetime) -> Basket:
    basket = Basket(visitor=visitor, store_id=store.id, touched_at=now)
    session.add(basket)
    session.flush()
    return basket


def _put(session: Session, basket: Basket, variant_id: int, quantity: int) -> None:
    for line in basket.lines:
        if line.variant_id == variant_id:
            line.quantity = min(MOST_UNITS, line.quantity + quantity)
            return
    if len(basket.lines) >= MOST_LINES:
        raise Invalid(field="list", problem="too_long")
    basket.lines.append(BasketLine(variant_id=variant_id, quantity=min(MOST_UNITS, quantity)))
    session.flush()


def _whole() -> Select[Basket]:
    articles = selectinload(Basket.lines).joinedload(BasketLine.variant)
    return select(Basket).options(articles.joinedload(Variant.product))
