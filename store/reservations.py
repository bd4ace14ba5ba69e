"""Goods held for a customer who pays in the shop: for how long, where, and how it ends."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import pickup_steps, placed_orders, promises, stores
from store.errors import Invalid
from store.models import Customer, Order, OutboxMessage, Store
from store.outbox import WAITING
from store.pickup_states import HAPPENINGS
from store.pickup_steps import Happened
from store.placed_orders import Placing, Wish

LOOK_AHEAD = 8  # openings looked through


def reserve(
    session: Session,
    wishes: Sequence[Wish],
    *,
    own: Store,
    store: Store,
    channel: str,
    name: str,
    customer: Customer | None = None,
    hold_until: datetime,
    now: datetime,
    uid: str | None = None,
) -> Order:
    """Hold articles in a shop until `hold_until`, for somebody with a first name or a card.

    In the `own` shop the units are held at once, and of two who want the last one the second is
    refused. Another shop is asked: what it answers comes with the central system's changes.

    Raises NotEnoughStock for the own shop; Invalid for a name, a quantity or a time that is past.
    """
    if hold_until <= now:
        raise Invalid(field="hold_until", problem="past")
    if store.id == own.id:
        hold_until = max(hold_until, _after_promise(session, store, now=now))
    placing = Placing(
        wishes=wishes,
        own=own,
        store=store,
        channel=channel,
        name=name,
        customer=customer,
        uid=uid,
        hold_until=hold_until,
        pickup_by=hold_until.astimezone(ZoneInfo(store.time_zone)).date(),
    )
    return placed_orders.place(session, placing, now=now)


def _after_promise(session: Session, store: Store, *, now: datetime) -> datetime:
    """Return until when goods are held at least: the end of the day on which they are ready."""
    ready_at = promises.promise(session, store, now=now)
    opening = stores.opening(store, ready_at - timedelta(microseconds=1))
    return (opening.closes_at or ready_at) if opening.is_open else ready_at


def ends_at(store: Store, *, policy: str, hours: int, now: datetime) -> datetime:
    """Return until when a reservation made now is held in a shop.

    `closing_today` is the last closing of the day on which the shop closes next, `closing_tomorrow`
    that of its next day; `hours` from now counts where the policy says so and where no opening
    hours are known, at the same time of the next opening day where the shop does not open then.
    """
    closings = _closings(store, now) if policy != "hours" else []
    if not closings:
        return _on_open_day(store, now + timedelta(hours=hours))
    last_of_day = list({at.date(): at for at in closings}.values())  # some close at noon
    return last_of_day[0 if policy == "closing_today" else min(1, len(last_of_day) - 1)]


def _on_open_day(store: Store, end: datetime) -> datetime:
    here = end.astimezone(ZoneInfo(store.time_zone))
    return (here + (stores.open_day(store, here.date()) - here.date())).astimezone(UTC)


def expire(session: Session, *, own: Store, now: datetime) -> list[str]:
    """End the reservations whose time is over, each once; return their uids, the oldest first.

    Those that wait in the `own` shop, and those asked of another that never heard of them. A
    customer who stands in the shop is not sent away.
    """
    return [uid for uid in list_overdue(session, own, now=now) if end(session, uid, now=now)]


def end(session: Session, uid: str, *, now: datetime) -> bool:
    """End one reservation if its time is over; tell whether it was ended now. Raises NotFound."""
    order = pickup_steps.get_locked(session, uid)
    is_over = order.hold_until is not None and order.hold_until <= now
    if not is_over or order.state not in HAPPENINGS["expired"].orders:
        return False
    happened = Happened(type="expired", occurred_at=now, reason="hold_ended", by="system")
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return True


def list_overdue(session: Session, own: Store, *, now: datetime) -> Sequence[str]:
    """Return the uids of the reservations that this shop has to end now, the oldest first."""
    untold = select(OutboxMessage.uid).where(OutboxMessage.state.in_((*WAITING, "set_aside")))
    asked_in_vain = (Order.source == placed_orders.source_of(own)) & Order.uid.in_(untold)
    query = select(Order.uid).where(
        Order.hold_until <= now,
        Order.fulfilment == "pickup",
        Order.state.in_(HAPPENINGS["expired"].orders),
        or_(Order.store_id == own.id, asked_in_vain),
    )
    return session.scalars(query.order_by(Order.hold_until, Order.id)).all()


def _closings(store: Store, now: datetime) -> list[datetime]:
    """Return the next times at which the shop closes, in its zone."""
    found: list[datetime] = []
    moment = now
    for _step in range(2 * LOOK_AHEAD):
        opening = stores.opening(store, moment)
        if opening.closes_at is not None:
            found.append(opening.closes_at)
        following = opening.closes_at or opening.opens_at
        if following is None:
            break
        moment = following
    return found
