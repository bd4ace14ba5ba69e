"""What ends by itself in a shop, or is put off: reservations, orders nobody fetched, codes."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store import (
    handoffs,
    laid_aside,
    pickup_ends,
    reservations,
    stores,
    transfers,
    unanswered,
)
from store.database import reading, writing
from store.errors import NotFound
from store.models import Store
from store.pickup_ends import Terms
from store.web.steady_clock import SteadyClock
from store.workers import Worker

PAUSE_SECONDS = 15.0

Ending = Callable[[Session], object]


def find_due(session: Session, own: Store, terms: Terms, *, now: datetime) -> Iterator[Ending]:
    """Yield what has to happen to each order and code whose time is over."""
    if handoffs.has_overdue(session, now=now):
        yield partial(handoffs.end_overdue, now=now)
    for uid in pickup_ends.list_closed(session, own, now=now):
        yield partial(pickup_ends.reach_opening, uid=uid, now=now)
    for uid in reservations.list_overdue(session, own, now=now):
        yield partial(reservations.end, uid=uid, now=now)
    for uid in pickup_ends.list_no_shows(session, own, terms=terms, now=now):
        yield partial(pickup_ends.end_no_show, uid=uid, terms=terms, now=now)
    adrift = transfers.find_adrift(session, own)
    for order, line in adrift.lines:
        yield partial(transfers.give_up, order_uid=order, line_uid=line, now=now)
    for order in adrift.orders:
        yield partial(transfers.call_off, order_uid=order, now=now)
    for uid in laid_aside.list_whole(session, own):
        yield partial(laid_aside.finish, order_uid=uid, terms=terms, now=now)
    within = timedelta(hours=terms.answer_hours)
    for uid in unanswered.list_overdue(session, own, within=within, now=now):
        yield partial(unanswered.ask_to_decide, uid=uid, now=now)


class Endings(Worker):
    """Looks every 15 seconds for what has ended in the shop of this code, empty for the only one.

    What has ended is gone for good, so the clock must be one that a wrong setting does not move.
    """

    def __init__(
        self, engine: Engine, clock: SteadyClock, *, store: str, terms: Terms | None = None
    ) -> None:
        super().__init__("endings", pass_seconds=PAUSE_SECONDS, first_seconds=PAUSE_SECONDS)
        self._engine, self._clock = engine, clock
        self._store, self._terms = store, terms or Terms()

    def look(self) -> None:
        """End what is over; each order ends as a whole or is kept, and holds no other back."""
        for ending in self._due(self._clock.now()):
            if self.is_stopping:
                return
            self.guarded(partial(self._carry_out, ending))

    def _due(self, now: datetime) -> list[Ending]:
        """Find what is over without writing: on SQLite a writer keeps all others waiting."""
        with reading(self._engine) as session:
            try:
                own = stores.get_own(session, self._store)
            except NotFound:
                return []  # a shop that is still being set up
            return list(find_due(session, own, self._terms, now=now))

    def _carry_out(self, ending: Ending) -> None:
        with writing(self._engine) as session:
            ending(session)
