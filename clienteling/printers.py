"""The shop's ticket printers: how they are, what waits, and the manager's choice of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, g, make_response, render_template, request, url_for

from clienteling import printer_words as say
from clienteling.blueprint import tablet
from store import pickups, printers, printing, staff
from store.errors import Invalid
from store.models import Printer, PrintJob
from store.web import auth, forms
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.forms import once
from store.web.htmx import fragment


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A printer as the page shows it; `kind` is the badge of its state."""

    uid: str
    name: str
    address: str
    millimetres: int
    state: str
    kind: str
    since: datetime | None
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that has not come out, or of which nobody knows."""

    uid: str
    title: str
    why: str
    at: datetime
    is_unsure: bool


@tablet.get("/printers", endpoint="printers")
@auth.staff()
def show_printers() -> Response:
    """Show the printers, what waits for them, and what is unsure."""
    return _page()


@tablet.get("/printers/trouble", endpoint="printer_trouble")
@auth.staff()
def trouble() -> Response:
    """Say what keeps papers from coming out, to be read again."""
    return fragment("clienteling/_printers.html")


@tablet.post("/printers", endpoint="pair_printer")
@auth.staff("manager")
@forms.shown_again(lambda fault: _page(fault=fault, status=422))
@once
def pair() -> str:
    """Add a printer (`name`, `address`, `dots`), or show the form again with what is wrong."""
    dots = request.form.get("dots", "")
    printers.pair(
        db.session(),
        name=request.form.get("name", ""),
        address=request.form.get("address", ""),
        dots=int(dots) if dots.isascii() and dots.isdigit() else 0,
        store=g.store,
        now=now(),
        staff=g.staff,
    )
    return url_for("tablet.printers")


@tablet.post("/printers/<uid>/test", endpoint="test_printer")
@auth.staff()
@once
def test(uid: str) -> str:
    """Let one printer print a trial."""
    printer = printers.get(db.session(), uid, store=g.store)
    facts = {"printer": printer.device.name, "dots": printer.dots}
    occasion = forms.form_uid()
    given = {"store": g.store, "occasion": occasion, "only": printer.device, "facts": facts}
    printing.add(db.session(), "test", **given, now=now())
    flash(typo(_("L'essai part à l'imprimante.")))
    return url_for("tablet.printers")


@tablet.post("/printers/<uid>/prefer", endpoint="prefer_printer")
@auth.staff("manager")
@once
def prefer(uid: str) -> str:
    """Let this printer be tried before the others."""
    printers.prefer(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.printers")


@tablet.post("/printers/<uid>/remove", endpoint="remove_printer")
@auth.staff("manager")
@once
def remove(uid: str) -> str:
    """Take a printer out of use."""
    printers.remove(db.session(), uid, store=g.store, now=now(), staff=g.staff)
    return url_for("tablet.printers")


@tablet.post("/pickups/<uid>/print", endpoint="print_order")
@auth.staff()
@once
def print_order(uid: str) -> str:
    """Print one order's slip, or the receipt of what was handed over (`kind`)."""
    order = pickups.get(db.session(), uid, store=g.store)
    kind = "receipt" if request.form.get("kind") == "receipt" else "slip"
    given = {"store": g.store, "order": order, "occasion": forms.form_uid(), "now": now()}
    job = printing.add(db.session(), kind, **given)
    flash(typo(_("Le papier part à l'imprimante.") if job else _("Il n'y a pas d'imprimante.")))
    return url_for("tablet.handover", uid=uid)


@tablet.post("/prints/<uid>/again", endpoint="print_again")
@auth.staff()
@once
def print_again(uid: str) -> str:
    """Print a paper once more."""
    printing.print_again(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.printers")


@tablet.post("/prints/<uid>/drop", endpoint="drop_print")
@auth.staff()
@once
def drop(uid: str) -> str:
    """Print a paper no more: it came out, or nobody needs it."""
    printing.drop(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.printers")


@tablet.context_processor
def around() -> dict[str, Any]:
    """Let pages ask what keeps papers from coming out."""
    return {"printer_trouble": _trouble, "has_printers": _has_printers}


def _has_printers() -> bool:
    return bool(printers.list_all(db.session(), g.store))


def _trouble() -> say.Trouble | None:
    found = printing.find_trouble(db.session(), g.store) if g.get("staff") else None
    return say.trouble(found) if found else None


def _page(*, fault: Invalid | None = None, status: int = 200) -> Response:
    session, shop = db.session(), g.store
    page = render_template(
        "clienteling/printers.html",
        machines=[
            _machine(one, place) for place, one in enumerate(printers.list_all(session, shop))
        ],
        papers=[_paper(job) for job in printing.list_open(session, shop)],
        is_manager=staff.may(g.staff, "manager"),
        widths=say.widths(),
        errors=say.errors(fault) if fault else {},
        sent=request.form,
    )
    return make_response(page, status)


def _machine(printer: Printer, place: int) -> Machine:
    return Machine(
        uid=printer.device.uid,
        name=printer.device.name,
        address=f"{printer.host}:{printer.port}",
        millimetres=printers.WIDTHS.get(printer.dots, 80),
        state=typo(say.state(printer.state)),
        kind=say.badge(printer.state),
        since=printer.state_at,
        is_first=place == 0,
    )


def _paper(job: PrintJob) -> Paper:
    return Paper(
        uid=job.uid,
        title=typo(say.title(job)),
        why=typo(say.why(job)),
        at=job.created_at,
        is_unsure=job.state == "unsure",
    )
