"""Shelf checks on the tablet: asked with one touch, answered with the next."""

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import named, stock
from clienteling import shelf_check_words as say
from clienteling.blueprint import tablet
from store import products, shelf_checks
from store.web import auth, forms
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import fragment

DIGITS = 5


@tablet.post("/stock/<sku>/check", endpoint="ask_shelf_check")
@auth.staff()
@forms.once
def ask(sku: str) -> str:
    """Ask for a look at the shelf, and show the article with the question."""
    variant = products.get_by_sku(db.session(), sku)
    shelf_checks.ask(
        db.session(),
        variant.id,
        store_id=g.store.id,
        reason="doubt",
        staff=g.staff,
        now=now(),
    )
    return url_for("tablet.product", sku=variant.sku, q=request.form.get("q") or None)


@tablet.get("/checks", endpoint="shelf_checks_count")
@auth.staff(shows=True)
def count() -> Response:
    """Answer the badge of the rail alone."""
    return fragment("clienteling/_checks_count.html")


@tablet.get("/checks/<uid>", endpoint="count_shelf")
@auth.staff()
def ask_number(uid: str) -> Response:
    """Ask how many stand there, on a keypad."""
    return _keypad(uid)


@tablet.post("/checks/<uid>", endpoint="answer_shelf_check")
@auth.staff()
@forms.shown_again(lambda error, uid: _keypad(uid, fault=say.fault_of(error)), fields=("seen",))
@forms.once
def answer(uid: str) -> str:
    """Write down how many were seen."""
    seen = forms.typed_number("seen", digits=DIGITS)
    found = shelf_checks.answer(
        db.session(), uid, store=g.store, seen=seen, staff=g.staff, now=now()
    )
    return url_for("tablet.product", sku=found.variant.sku, checked=found.uid)


def _keypad(uid: str, *, fault: str = "") -> Response:
    task = shelf_checks.get(db.session(), uid, store=g.store)
    behind = stock.page_of(task.variant.sku)
    name = named.with_choice(named.variant(task.variant))
    sheet = {"task": say.question(task), "name": name, "digits": DIGITS, "wrong": fault}
    page = render_template("clienteling/count.html", **(behind | sheet))
    return make_response(page, 422 if fault else 200)


@tablet.context_processor
def waiting() -> dict[str, object]:
    """Let every page of the tablet ask how many shelves are to be looked at."""
    return {"shelf_checks_waiting": _waiting}


def _waiting() -> int:
    return shelf_checks.count_open(db.session(), g.store.id) if g.get("staff") else 0
