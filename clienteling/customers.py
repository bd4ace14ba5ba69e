"""A customer's card, and the customers who are in the shop now."""

from typing import Any

from flask import Response, g, request, url_for

from clienteling import customer_words as say
from clienteling import files, note_words
from clienteling.blueprint import tablet
from store import customers as people
from store import history, notes, openings, visits
from store.errors import FileClosed, Invalid
from store.web import auth, forms, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import is_partial, page_or_block


@tablet.get("/customers", endpoint="customers")
@auth.staff()
def list_customers() -> Response:
    """Show the visits in progress in the store, and the files open on this tablet."""
    inside = visits.list_open(db.session(), store=g.store)
    opened = openings.list_open(db.session(), staff=g.staff, device=g.device, now=now())
    return page_or_block(
        "clienteling/customers.html",
        "lists",
        inside=[say.present(visit) for visit in inside],
        opened=[say.opened(one) for one in opened],
    )


@tablet.get("/customers/<uid>", endpoint="customer")
@auth.staff(shows=True)
def show_customer(uid: str) -> Response:
    """Show the card of a customer whose file is open here; `before` pages the timeline."""
    try:
        if is_partial() and request.args.get("before"):
            return page_or_block("clienteling/_events.html", "all", **say.events(_card(uid)))
        return _page(uid)
    except FileClosed:
        return files.ask_again()


def _page(uid: str, *, note: Any = None) -> Response:
    return page_or_block(
        "clienteling/customer.html",
        "work",
        status=422 if note else 200,
        note=note,
        note_advice=note_words.reminder(),
        **say.in_words(_card(uid)),
    )


def _card(uid: str) -> history.Card:
    return history.card(
        db.session(),
        uid,
        store_id=g.store.id,
        hands=openings.Hands(staff_id=g.staff.id, device_id=g.device.id),
        now=now(),
        trust=stock_words.trust(db.session()),
        before=request.args.get("before", ""),
    )


@tablet.post("/customers/<uid>/visit")
@auth.staff()
def start_visit(uid: str) -> Response:
    """Open a visit of a customer whose file is open here."""
    return _start(uid) if files.is_open(uid) else files.ask_again()


@forms.once
def _start(uid: str) -> str:
    customer = people.get_by_uid(db.session(), uid)
    visits.start(
        db.session(), store=g.store, staff=g.staff, customer=customer, opened_by="tap", now=now()
    )
    return url_for("tablet.customer", uid=uid)


@tablet.post("/customers/<uid>/notes")
@auth.staff()
def add_note(uid: str) -> Response:
    """Add a note to a file that is open here; a delicate word must be confirmed."""
    if not files.is_open(uid):
        return files.ask_again()
    try:
        return _write_note(uid)
    except note_words.Refused as refused:
        db.session.rollback()
        return _page(uid, note=refused.note)


@forms.once
def _write_note(uid: str) -> str:
    text = note_words.checked(request.form)
    try:
        notes.add(
            db.session(), people.get_by_uid(db.session(), uid), text=text, staff=g.staff, now=now()
        )
    except Invalid as error:
        raise note_words.refused(error, text) from error
    return url_for("tablet.customer", uid=uid)
