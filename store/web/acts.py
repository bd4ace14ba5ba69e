"""What the shop's settings say of the acts of its customers, the same on every surface."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from store import acceptance, reservations, stores
from store.calls import Times
from store.errors import NotFound
from store.models import Store
from store.web.clock import now
from store.web.extensions import db


def call_times() -> Times:
    """Return how long a call may wait at each stage."""
    calls = current_app.config["COMPTOIR"].calls
    return Times(
        louder=timedelta(seconds=calls.louder_seconds),
        unanswered=timedelta(seconds=calls.unanswered_seconds),
        over=timedelta(seconds=calls.ends_seconds),
    )


def acceptance_times() -> acceptance.Times:
    """Return how long a new order may wait at each stage."""
    return acceptance_times_of(current_app.config["COMPTOIR"].pickups)


def acceptance_times_of(pickups: Any) -> acceptance.Times:
    """Return what the section `pickups` of the settings says of the same."""
    return acceptance.Times(
        louder=timedelta(seconds=pickups.new_louder_seconds),
        manager=timedelta(seconds=pickups.new_manager_seconds),
        printed=timedelta(seconds=pickups.new_printed_seconds),
    )


def hold_until(store: Store) -> datetime:
    """Return until when goods reserved now are held in a shop."""
    chosen = current_app.config["COMPTOIR"].reservations
    return reservations.ends_at(store, policy=chosen.hold_until, hours=chosen.hold_hours, now=now())


def asked_store(code: str, *, own: Store) -> Store:
    """Return the shop where goods are held: this one, or another while it can be asked.

    Raises NotFound.
    """
    if not code or code == own.code:
        return own
    if not has_central():
        raise NotFound(kind="store", key=code)
    return stores.get_by_code(db.session(), code)


def has_central() -> bool:
    """Tell whether a central system is there to pass an order on to another shop or a carrier."""
    return bool(current_app.config["COMPTOIR"].sync.hub_url)


def orders_per_hour() -> str:
    """Return how often one phone may reserve or order, in the limiter's words."""
    return f"{current_app.config['COMPTOIR'].reservations.per_hour}/hour"


def kiosk_orders_per_hour() -> str:
    """Return how often the customers of one kiosk may reserve, in the limiter's words."""
    return f"{current_app.config['COMPTOIR'].reservations.kiosk_per_hour}/hour"


def handoff_minutes() -> int:
    """Return how long a list can be taken over."""
    minutes: int = current_app.config["COMPTOIR"].handoffs.minutes
    return minutes
