"""Customers who come for an order: announced, numbered, and looked after by one colleague.

Every act first waits for its turn, so that what it reads is still true when it writes.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from store import changes, pickup_facts, pickup_steps, stores
from store.database import affected
from store.errors import AlreadyTaken, Invalid, OrderExpired, WrongStore
from store.models import Delegate, Order, OrderEvent, Staff, Store
from store.pickup_states import TO_PREPARE
from store.pickup_steps import Happened, get_locked

WAYS = ("counter", "car")
LONGEST_PLACE = 60  # of a car


@dataclass(frozen=True, kw_only=True)
class Coming:
    """How somebody comes: by counter or by car, the place of the car, the counter to go to.

    `delegate` is the uid of the person whom the customer sent, when that one showed the code.
    """

    by: str = "counter"
    place: str = ""
    counter: str = ""
    delegate: str = ""


# --- announced --------------------------------------------------------------------------------


def check_in(
    session: Session,
    order: Order,
    *,
    store: Store,
    now: datetime,
    proof: str = "",
    coming: Coming | None = None,
    from_afar: bool = False,
) -> Order:
    """Note that the customer stands in the store; the order gets the day's next waiting number.

    `proof` is how they announced themselves: qr, code or nothing. Doing it again while they wait
    changes nothing but where: at the counter, or in a car and at which place. What is said
    `from_afar` counts only while the shop is open.

    Raises WrongStore, AlreadyCollected, OrderCancelled, OrderExpired, NotReady or
    ForbiddenTransition; StoreClosed; Invalid for the way or a place of more than 60 characters.
    """
    coming = _checked(coming or Coming())
    require_here(order, store)
    order = get_locked(session, order.uid)
    if order.state == "customer_waiting":
        return _come_otherwise(session, order, coming, proof=proof, now=now)
    pickup_steps.require(order, "arrived")
    _require_in_time(order, now)
    if from_afar:
        stores.require_open(order.store, now)
    pickup_facts.note_arrival(session, order, store=store, at=now, told=asdict(coming))
    happened = Happened(
        type="arrived",
        occurred_at=now,
        identity_check=proof,
        by="customer",
        details=_details(coming),
    )
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


def leave(
    session: Session, order_uid: str, *, by: str = "", staff: Staff | None = None, now: datetime
) -> Order:
    """Note that the customer went away without the goods; `by` is customer or system, or `staff`.

    Of an order that turned out not to be ready only the arrival is forgotten: nobody was told.

    Raises NotFound or a ForbiddenTransition when nobody waits.
    """
    order = get_locked(session, order_uid)
    if order.state != "customer_waiting" and pickup_facts.has_come(order):
        pickup_facts.forget_arrival(order)
        session.flush()
        changes.record(session, "orders", order.uid, now=now)
        return order
    happened = Happened(type="gone", occurred_at=now, by=by, staff=staff)
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


def is_waited_for(order: Order, *, now: datetime) -> bool:
    """Tell whether a customer is here for the order.

    Also for one who was welcomed before the order was known, when it turned out not to be ready.
    """
    if order.state == "customer_waiting":
        return True
    return pickup_facts.has_come(order) and pickup_facts.came_in_time(order, now)


def require_here(order: Order, store: Store) -> None:
    """Raise WrongStore, with where it is and how far, when the order waits elsewhere."""
    if order.store_id != store.id:
        raise elsewhere(order.store, store, number=order.number)


def elsewhere(place: Store, store: Store, *, number: str) -> WrongStore:
    """Return the error that says that an order waits in `place`, seen from `store`."""
    return WrongStore(
        store_code=place.code,
        number=number,
        store=place,
        kilometres=stores.distance(store, place),
    )


def _checked(coming: Coming) -> Coming:
    if coming.by not in WAYS:
        raise Invalid(field="by", problem="unknown")
    place = " ".join(coming.place.split()) if coming.by == "car" else ""
    if len(place) > LONGEST_PLACE:
        raise Invalid(field="place", problem="too_long")
    return replace(coming, place=place)


def find_delegate(session: Session, order: Order) -> Delegate | None:
    """Return who was sent for an order and waits for it, None when it is the customer."""
    if order.state != "customer_waiting":
        return None
    told = _last_arrival(session, order)
    uid = told.details.get("delegate") if told else ""
    sent = Delegate.uid == str(uid), Delegate.order_id == order.id
    return session.scalar(select(Delegate).where(*sent)) if uid else None


def _last_arrival(session: Session, order: Order) -> OrderEvent | None:
    arrived = OrderEvent.order_id == order.id, OrderEvent.type == "arrived"
    return session.scalar(
        select(OrderEvent).where(*arrived).order_by(OrderEvent.id.desc()).limit(1)
    )


def _come_otherwise(
    session: Session, order: Order, coming: Coming, *, proof: str, now: datetime
) -> Order:
    """Note another place of the car, that the customer came in after all, or what they showed.

    Who stays at the counter keeps the one that was told first.
    """
    told = _last_arrival(session, order) if proof else None
    if told is not None:
        told.identity_check, told.details = proof, told.details | {"delegate": coming.delegate}
    is_moved = coming.by != order.arrival_by or coming.place not in ("", order.arrival_place)
    if is_moved:
        order.arrival_by, order.arrival_place = coming.by, coming.place
        order.counter = coming.counter or order.counter
    if told is not None or is_moved:
        session.flush()
        changes.record(session, "orders", order.uid, now=now)
    return order


def _details(coming: Coming) -> dict[str, str]:
    """Return what is kept of it for good: not where a car stood, which may be its number plate."""
    told = {"by": coming.by, "counter": coming.counter, "delegate": coming.delegate}
    return {name: value for name, value in told.items() if value}


def _require_in_time(order: Order, now: datetime) -> None:
    if pickup_facts.has_passed(order, now):
        facts = pickup_steps.facts_of(order, "arrived")
        raise OrderExpired(**facts, pickup_by=pickup_facts.kept_until(order))


# --- taken ------------------------------------------------------------------------------------


def take(session: Session, order_uid: str, *, staff: Staff, now: datetime) -> Order:
    """Note who goes to the waiting customer; the first one does, and may say so twice.

    One who was only asked to go has not said yes: anybody else may be quicker.

    Raises NotFound; AlreadyTaken with the name of the colleague; ForbiddenTransition when nobody
    waits for this order (any more).
    """
    order = get_locked(session, order_uid)
    if _give(session, order, to=staff, asked_by=None, now=now):
        return order
    _explain_taken(order, staff)
    return order


def entrust(session: Session, order_uid: str, *, to: Staff, staff: Staff, now: datetime) -> Order:
    """Ask a colleague of the same store to go; it rings where they work until they say yes.

    Raises NotFound; Invalid when they do not work here; AlreadyTaken; ForbiddenTransition.
    """
    order = get_locked(session, order_uid)
    if to.disabled_at is not None or to.store_id not in (None, order.store_id):
        raise Invalid(field="to", problem="unknown")
    asked_by = None if to.id == staff.id else staff
    if _give(session, order, to=to, asked_by=asked_by, now=now, but_mine=staff.id):
        return order
    _explain_taken(order, staff)
    return order


def _give(
    session: Session,
    order: Order,
    *,
    to: Staff,
    asked_by: Staff | None,
    now: datetime,
    but_mine: int = 0,
) -> bool:
    """Let one person look after the customer, unless somebody else already does."""
    nobody = or_(
        Order.taken_by_id.is_(None),
        Order.entrusted_by_id.is_not(None),
        Order.taken_by_id == but_mine,
    )
    has_come = Order.state.in_(TO_PREPARE) & Order.arrived_at.is_not(None)
    waits = or_(Order.state == "customer_waiting", has_come)
    statement = (
        update(Order)
        .where(Order.id == order.id, waits, nobody)
        .values(taken_by_id=to.id, taken_at=now, entrusted_by_id=asked_by and asked_by.id)
    )
    is_first = affected(session, statement) == 1
    fresh = ("taken_by_id", "taken_at", "taken_by", "entrusted_by_id", "entrusted_by", "state")
    session.refresh(order, fresh)
    if is_first:
        changes.record(session, "orders", order.uid, now=now)
    return is_first


def _explain_taken(order: Order, staff: Staff) -> None:
    if order.state != "customer_waiting" and not pickup_facts.has_come(order):
        raise pickup_steps.refusal(order, "taken")
    if order.taken_by is not None and order.taken_by_id != staff.id:
        raise AlreadyTaken(number=order.number, by=order.taken_by.name)
