"""What ends by itself in a shop: reservations whose time is over, codes that nobody took, lists."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from store import (
    addresses,
    baskets,
    calls,
    contacts,
    delegates,
    handoffs,
    handovers,
    laid_aside,
    pickup_ends,
    reservations,
    stores,
    transfers,
    unanswered,
)
from store.database import reading, writing
from store.errors import NotFound
from store.web.steady_clock import SteadyClock

log = logging.getLogger(__name__)

PAUSE_SECONDS = 15.0
CALLS_KEPT = timedelta(days=30)
DELEGATES_KEPT = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Whose shop it is, and how long it keeps what.

    The code of the shop is empty for the only one known, None on a hub, which ends nothing.
    """

    store: str | None
    lists: timedelta
    addresses: timedelta
    contacts: timedelta = timedelta(days=30)
    terms: pickup_ends.Terms = field(default_factory=pickup_ends.Terms)


def end_due(engine: Engine, keeping: Keeping, *, now: datetime) -> int:
    """End the orders and the codes whose time is over; return how many orders.

    Writes only when something is due: on SQLite a writer keeps all others waiting.
    """
    if keeping.store is None:
        return 0
    with reading(engine) as session:
        try:
            own = stores.get_own(session, keeping.store)
        except NotFound:
            return 0  # a shop that is still being set up
        due = reservations.list_overdue(session, own, now=now)
        left = pickup_ends.list_no_shows(session, own, terms=keeping.terms, now=now)
        whole = laid_aside.list_whole(session, own)
        has_codes = handoffs.has_overdue(session, now=now)
        adrift = transfers.find_adrift(session, own)
        within = timedelta(hours=keeping.terms.answer_hours)
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
            ended += pickup_ends.end_no_show(session, uid, terms=keeping.terms, now=now)
    _bring_together(engine, adrift, now=now)
    for uid in whole:
        with writing(engine) as session:
            laid_aside.finish(session, uid, terms=keeping.terms, now=now)
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


def tidy(engine: Engine, keeping: Keeping, *, now: datetime) -> None:
    """Drop lists, codes, calls, addresses and names that are kept for nobody any more."""
    with writing(engine) as session:
        baskets.drop_untouched(session, before=now - keeping.lists)
        handoffs.forget(session, before=now - handoffs.KEPT)
        calls.forget(session, before=now - CALLS_KEPT)
        addresses.forget(session, before=now - keeping.addresses)
        contacts.forget(session, before=now - keeping.contacts)
        delegates.forget(session, before=now - DELEGATES_KEPT)
        handovers.forget_signatures(session, before=now - handovers.SIGNATURES_KEPT)


class Endings(threading.Thread):
    """Looks every 15 seconds for what has ended, and drops once a day what is over.

    What has ended is gone for good, so the clock must be one that a wrong setting does not move.
    """

    def __init__(self, engine: Engine, keeping: Keeping, clock: SteadyClock) -> None:
        super().__init__(name="endings", daemon=True)
        self._engine = engine
        self._keeping = keeping
        self._clock = clock
        self._stop_asked = threading.Event()
        self._tidied_at: datetime | None = None

    def run(self) -> None:
        """Look, again and again, until `stop`."""
        while not self._stop_asked.wait(PAUSE_SECONDS):
            self.look()

    def look(self) -> None:
        """Survive whatever happens, such as a full disk: the next look may go better."""
        try:
            now = self._clock.now()
            end_due(self._engine, self._keeping, now=now)
            if self._tidied_at is None or abs(now - self._tidied_at) >= DAY:
                tidy(self._engine, self._keeping, now=now)
                self._tidied_at = now
        except Exception:
            log.exception("endings: what was due waits for the next look")

    def stop(self) -> None:
        """Ask the thread to end; what it ends is ended or kept as a whole."""
        self._stop_asked.set()
