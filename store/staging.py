"""Where prepared orders wait: the places of a shop, which one fits, and which are free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.errors import Invalid, NotFound
from store.models import Order, ShelfReturn, StagingPlace, Store
from store.pickup_states import OPEN
from store.words import fold, natural

SIZES = ("small", "medium", "large")
# units of an order up to which it fits a place of each size: no article says how large it is
FITS = {"small": 3, "medium": 8}
LONGEST_NAME = 20
MOST_ORDERS = 99


@dataclass(frozen=True, kw_only=True)
class Place:
    """A staging place and how many of the orders that it can hold lie there."""

    uid: str
    name: str
    size: str
    capacity: int
    used: int

    @property
    def free(self) -> int:
        """How many more orders fit; never below 0."""
        return max(0, self.capacity - self.used)


def list_places(session: Session, store: Store) -> Sequence[Place]:
    """Return the places of a store in use, by name (B-2 before B-10); two queries."""
    open_places = StagingPlace.store_id == store.id, StagingPlace.closed_at.is_(None)
    rows = session.scalars(select(StagingPlace).where(*open_places)).all()
    used = _used(session, store)
    places = [
        Place(
            uid=row.uid,
            name=row.name,
            size=row.size,
            capacity=row.capacity,
            used=used.get(row.name, 0),
        )
        for row in rows
    ]
    return sorted(places, key=lambda place: natural(place.name))


def _used(session: Session, store: Store) -> dict[str, int]:
    """Count what lies at each place: open orders, and ended ones until their goods are away."""
    to_shelve = select(ShelfReturn.order_id).where(
        ShelfReturn.store_id == store.id, ShelfReturn.done_at.is_(None)
    )
    lies_there = Order.state.in_(OPEN) | Order.id.in_(to_shelve)
    query = select(Order.staging_place, func.count()).where(
        Order.store_id == store.id, lies_there, Order.staging_place != ""
    )
    rows = session.execute(query.group_by(Order.staging_place))
    return {row[0]: row[1] for row in rows}


def size_of(order: Order) -> str:
    """Return the size of place that an order needs, by its units."""
    units = sum(line.quantity for line in order.lines if line.state != "cancelled")
    return next((size for size, most in FITS.items() if units <= most), "large")


def suggest(session: Session, order: Order) -> Place | None:
    """Return the place for an order: where it is already, else the smallest free one that fits.

    When nothing fits, the largest that is free; None when all is full or the shop has no places.
    """
    return suggest_all(session, order.store, [order])[0]


def suggest_all(session: Session, store: Store, orders: Sequence[Order]) -> Sequence[Place | None]:
    """Return a place for each of some orders as `suggest` does, so that all of them fit."""
    places = {place.name: place for place in list_places(session, store)}
    found: list[Place | None] = []
    for order in orders:
        place = places.get(order.staging_place) or _fitting(list(places.values()), order)
        found.append(place)
        if place is not None and place.name != order.staging_place:
            places[place.name] = replace(place, used=place.used + 1)
    return found


def _fitting(places: Sequence[Place], order: Order) -> Place | None:
    free = [place for place in places if place.free]
    needed = SIZES.index(size_of(order))
    fitting = [place for place in free if SIZES.index(place.size) >= needed]
    fitting.sort(key=lambda place: (SIZES.index(place.size), natural(place.name)))
    free.sort(key=lambda place: (-SIZES.index(place.size), natural(place.name)))
    return next(iter(fitting or free), None)


def find(session: Session, store: Store, text: str) -> StagingPlace | None:
    """Return the place of the store that a scan or a typed name means: "b04" is B-04."""
    wanted = _bare(text)
    open_places = StagingPlace.store_id == store.id, StagingPlace.closed_at.is_(None)
    rows = session.scalars(select(StagingPlace).where(*open_places))
    return next((row for row in rows if _bare(row.name) == wanted), None) if wanted else None


def name_for(session: Session, store: Store, text: str) -> str:
    """Return the name under which an order is laid down.

    A shop that has listed its places knows only these; one that has not takes any name of at most
    20 characters. Raises Invalid.
    """
    name = " ".join(text.split()).upper()
    if not name:
        raise Invalid(field="place", problem="empty")
    known = find(session, store, name)
    if known is not None:
        return known.name
    if list_places(session, store):
        raise Invalid(field="place", problem="unknown")
    if len(name) > LONGEST_NAME:
        raise Invalid(field="place", problem="too_long")
    return name


def add(
    session: Session, store: Store, name: str, *, size: str = "medium", capacity: int = 1
) -> StagingPlace:
    """Add a place, or write one of this name anew; `capacity` is 1 to 99 orders.

    B-04 and B04 are one place, as they are one scan: it keeps the name that it has.

    Raises Invalid for the name, the size or the capacity.
    """
    name = " ".join(name.split()).upper()
    if not _bare(name):
        raise Invalid(field="name", problem="empty")
    if len(name) > LONGEST_NAME:
        raise Invalid(field="name", problem="too_long")
    if size not in SIZES:
        raise Invalid(field="size", problem="unknown")
    if not 1 <= capacity <= MOST_ORDERS:
        raise Invalid(field="capacity", problem="out_of_range")
    place = _known(session, store, name)
    if place is None:
        place = StagingPlace(store_id=store.id, name=name)
        session.add(place)
    place.size, place.capacity, place.closed_at = size, capacity, None
    session.flush()
    return place


def _known(session: Session, store: Store, name: str) -> StagingPlace | None:
    """Return the place that a scan of this name means, also one that is not used any longer."""
    rows = session.scalars(select(StagingPlace).where(StagingPlace.store_id == store.id)).all()
    same = [row for row in rows if _bare(row.name) == _bare(name)]
    same.sort(key=lambda row: (row.closed_at is not None, row.name != name, row.id))
    return same[0] if same else None


def close(session: Session, store: Store, uid: str, *, now: datetime) -> None:
    """Use a place no longer; what lies there stays known by its name. Raises NotFound."""
    place = session.scalar(
        select(StagingPlace).where(StagingPlace.uid == uid, StagingPlace.store_id == store.id)
    )
    if place is None:
        raise NotFound(kind="staging_place", key=uid)
    place.closed_at = now
    session.flush()


def _bare(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())
