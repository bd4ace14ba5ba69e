"""The signed codes of orders on this server: who signs them, and whom it believes."""

from flask import current_app

from store import order_tickets
from store.models import Order
from store.order_tickets import Signer
from store.web.extensions import db


def of(order: Order) -> str:
    """Return the order's signed code: the central system's, or else our own; empty for neither."""
    if order.ticket or order.is_provisional:
        return order.ticket
    days: int = current_app.config["COMPTOIR"].pickups.ticket_days
    ticket = order_tickets.of_order(order, days=days)
    return _signer().sign(ticket) if ticket else ""


def own_keys() -> tuple[str, ...]:
    """Return the public keys of this server, for those that learn orders from it."""
    return _signer().public_keys


def trusted() -> tuple[str, ...]:
    """Return every public key that this server believes: its own and the central system's."""
    return (*own_keys(), *order_tickets.list_trusted(db.session()))


def _signer() -> Signer:
    signer: Signer = current_app.config["COMPTOIR_TICKETS"]
    return signer
