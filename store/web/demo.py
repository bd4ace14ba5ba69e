"""The demo's own page: what is sample data, what to try, and the switch of the link."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from store import devices, outbox, stores
from store.models import Device
from store.sample import files, showing
from store.web import auth, qr
from store.web.catalogue import screen_language
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import page_or_block, see_other

demo = Blueprint("demo", __name__)

OPEN, CUT = "open", "cut"
SCREENS = {"kiosk": _("Borne d'essai"), "tablet": _("Tablette d'essai")}
FIRST_PAGES = {"kiosk": "kiosk.home", "tablet": "tablet.scan"}
ROLES = {
    "assistant": _("conseiller"),
    "manager": _("responsable"),
    "administrator": _("administration"),
}
STATES = {
    "ready": _("prête"),
    "new": _("pas encore préparée"),
    "collected": _("déjà remise"),
    "cancelled": _("annulée"),
    "expired": _("date passée"),
}


@demo.get("/demo")
@auth.public
def index() -> Response:
    """Show the page, or to htmx the state of the link only."""
    session = db.session()
    cards = showing.list_cards(session)
    return page_or_block(
        "demo.html",
        "link",
        is_hub=_is_hub(),
        other_url=current_app.config["COMPTOIR"].demo.other_url,
        colleagues=[one for one in showing.COLLEAGUES if one.is_at_home != _is_hub()],
        roles=ROLES,
        states=STATES,
        cards=cards,
        card_qr=qr.svg(cards[0].code, str(_("QR de la carte"))) if cards else "",
        orders=showing.list_orders(session),
        is_cut=_is_cut(),
        waiting=outbox.summary(session).waiting,
    )


@demo.post("/demo/link")
@auth.public
def switch() -> Response:
    """Cut or restore the link between the store and its hub."""
    state = request.form.get("state")
    link = _link_file()
    if state not in (OPEN, CUT) or link is None:
        abort(400)
    fresh = link.with_name(link.name + ".new")
    fresh.write_text(state, encoding="utf-8")
    fresh.replace(link)
    return see_other(url_for("demo.index"))


@demo.post("/demo/screens/<kind>")
@auth.public
def open_screen(kind: str) -> Response:
    """Make this browser a kiosk or a tablet of the sample's shop, and show its first screen.

    The device speaks the language of the demo's page.
    """
    if kind not in SCREENS:
        abort(404)
    session = db.session()
    home = stores.get_by_code(session, files.home_store())
    number = 1 + (session.scalar(select(func.count(Device.id)).where(Device.kind == kind)) or 0)
    name = f"{SCREENS[kind]} {number}"
    _device, code = devices.issue_code(
        session, kind=kind, name=name, store=home, now=now(), language=screen_language()
    )
    found, secret = devices.enrol(session, code, now=now())
    session.commit()
    first_page = "root.index" if _is_hub() else FIRST_PAGES[kind]
    return auth.remember_device(see_other(url_for(first_page)), found, secret)


def _is_hub() -> bool:
    return bool(current_app.config["COMPTOIR"].server.role == "hub")


def _link_file() -> Path | None:
    name = current_app.config["COMPTOIR"].demo.link_file
    return Path(name) if name else None


def _is_cut() -> bool:
    link = _link_file()
    try:
        return link is not None and link.read_text(encoding="utf-8").strip() == CUT
    except OSError:
        return False
