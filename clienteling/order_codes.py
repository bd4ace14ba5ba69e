"""What a scanned code of an order opens on a tablet, on whichever page it is read."""

from flask import g, url_for

from clienteling import code_faults
from clienteling.code_faults import Fault
from store import arrivals
from store.errors import ForbiddenTransition, StoreUnknown, TicketExpired, WrongStore
from store.loyalty import FoundOrder, FoundTicket
from store.web import arriving
from store.web.clock import now
from store.web.extensions import db


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
