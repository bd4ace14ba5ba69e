"""What a scanned code of an order opens on a tablet, on whichever page it is read."""

from collections.abc import Callable

from flask import Response, g, url_for

from clienteling import code_faults
from clienteling.code_faults import Fault
from store import arrivals, loyalty
from store.errors import ForbiddenTransition, StoreUnknown, TicketExpired, WrongStore
from store.loyalty import Found, FoundOrder, FoundTicket
from store.web import arriving, scanning, ticketing
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import see_other


def scanned() -> Found:
    """Return what the code means that was scanned or typed, an order's signed QR too."""
    code, trusted = scanning.scanned_code(), ticketing.trusted()
    return loyalty.find(db.session(), code, store=g.store, trusted=trusted)


def open_sheet(found: FoundOrder | FoundTicket, refuse: Callable[[Fault], Response]) -> Response:
    """Lead to an order's sheet, or let the page on which it was read say why not."""
    sheet = sheet_of(found)
    return refuse(sheet) if isinstance(sheet, Fault) else see_other(sheet)


def sheet_of(found: FoundOrder | FoundTicket) -> str | Fault:
    """Return the address of an order's sheet, or why it cannot be opened here."""
    match found:
        case FoundTicket():
            return _welcome_unknown(found)
        case FoundOrder(is_here=True, uid=uid, proof=proof, delegate=delegate):
            shown = {"delegate": delegate or None, "proof": proof or None}
            return url_for("tablet.handover", uid=uid, **shown)
        case _:
            return code_faults.of_found(found)


def _welcome_unknown(found: FoundTicket) -> str | Fault:
    """Show the order of a true QR that has not come yet, its customer being at the counter."""
    try:
        order = arriving.announce(found)
    except (WrongStore, StoreUnknown, TicketExpired, ForbiddenTransition) as error:
        return code_faults.of_ticket(error)
    arrivals.take(db.session(), order.uid, staff=g.staff, now=now())
    db.session.commit()
    return url_for("tablet.handover", uid=order.uid)
