"""Going on elsewhere: the list leaves for the phone or an assistant, and the kiosk forgets it."""

from flask import Response, g, request, session, url_for
from flask_babel import gettext as _

from kiosk.blueprint import kiosk
from kiosk.screen import shortlist
from store import baskets, handoffs, products
from store.errors import NotFound
from store.models import Basket, Handoff
from store.web import acts, addresses, auth, qr
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.htmx import page_or_block, see_other


@kiosk.post("/handoff", endpoint="hand_off")
@auth.device("kiosk")
@once
def make() -> str:
    """Offer the list, or one article for a delivery, to a phone or a tablet."""
    is_delivery = request.form.get("purpose") == "delivery"
    made = handoffs.make(
        db.session(),
        _basket(),
        store=g.store,
        device=g.device,
        purpose="delivery" if is_delivery and acts.has_central() else "list",
        minutes=acts.handoff_minutes(),
        now=now(),
    )
    session["handoff"] = {"uid": made.uid, "token": made.token}
    return url_for("kiosk.handoff")


@kiosk.get("/handoff")
@auth.device("kiosk")
def handoff() -> Response:
    """Show the QR and the four digits, then who has taken the list."""
    offer = session.get("handoff") or {}
    found = handoffs.find(db.session(), offer.get("uid", ""))
    if found is None:
        return see_other(url_for("kiosk.list"))
    state = _state(found)
    link = addresses.printed(url_for("phone.handoff_printed", token=offer["token"]))
    return page_or_block(
        "kiosk/handoff.html",
        "progress",
        offer=found,
        state=state,
        helper=found.staff.name.partition(" ")[0] if found.staff else "",
        qr=qr.svg(link, _("QR pour continuer sur le téléphone"), border=0)
        if state == "open"
        else "",
    )


def _state(found: Handoff) -> str:
    """Return open, phone, tablet or over."""
    if found.ended_by in ("phone", "tablet"):
        return found.ended_by
    return "over" if found.ended_at is not None or found.expires_at <= now() else "open"


def _basket() -> Basket:
    """Return what is offered: one article that the form names, or else the whole list."""
    sku = request.form.get("sku", "")
    if sku:
        variant = products.get_by_sku(db.session(), sku)
        return baskets.begin_apart(db.session(), variant, store=g.store, now=now())
    found = shortlist.find()
    if found is None or not found.lines:
        raise NotFound(kind="list", key="")
    return found
