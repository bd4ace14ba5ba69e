"""What ends by itself in a shop: reservations whose time is over, and codes that nobody took."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

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
from store.pickup_ends import Terms
from store.web.steady_clock import SteadyClock
from store.workers import Worker

PAUSE_SECONDS = 15.0


def end_due(engine: Engine, store: str, terms: Terms, *, now: datetime) -> int:
    """End the orders and the codes whose time is over; return how many orders.

    Writes only when something is due: on SQLite a writer keeps all others waiting.
    """
    with reading(engine) as session:
        try:
            own = stores.get_own(session, store)
        except NotFound:
            return 0  # a shop that is still being set up
        due = reservations.list_overdue(session, own, now=now)
        left = pickup_ends.list_no_shows(session, own, terms=terms, now=now)
        whole = laid_aside.list_whole(session, own)
        has_codes = handoffs.has_overdue(session, now=now)
        adrift = transfers.find_adrift(session, own)
        within = timedelta(hours=terms.answer_hours)
        unheard = unanswered.list_overdue(session, own, within=within, now=now)
    if has_codes:
        with writing(engine) as session:
            handoffs.end_overdue(session, now=now)
    ended = 0
    for uid in due:
        with writing(engine) as session:
            ended += reservations.end(session, uid, now=now)
    for uid in left:
        with writing(engine) as session:
            ended += pickup_ends.end_no_show(session, uid, terms=terms, now=now)
    _bring_together(engine, adrift, now=now)
    for uid in whole:
        with writing(engine) as session:
            laid_aside.finish(session, uid, terms=terms, now=now)
    for uid in unheard:
        with writing(engine) as session:
            unanswered.ask_to_decide(session, uid, now=now)
    return ended


def _bring_together(engine: Engine, adrift: transfers.Adrift, *, now: datetime) -> None:
    for order, line in adrift.lines:
        with writing(engine) as session:
            transfers.give_up(session, order, line, now=now)
    for order in adrift.orders:
        with writing(engine) as session:
            transfers.call_off(session, order, now=now)


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
        """End what is over; each order ends as a whole or is kept."""
        end_due(self._engine, self._store, self._terms, now=self._clock.now())
