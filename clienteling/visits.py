"""The account of a visit: what was shown, how it ended, what comes next."""

from collections.abc import Iterator, Sequence

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import files, note_words, stock
from clienteling import visit_words as say
from clienteling.blueprint import tablet
from clienteling.customer_words import full_name
from clienteling.scan import Fault, lookups, typed
from clienteling.stock import Found
from store import loyalty, search, visits
from store.errors import Invalid
from store.loyalty import FoundVariant, Missing, Nothing
from store.models import Visit
from store.recognition import Reason
from store.visits import LEFT
from store.web import auth, forms, scanning
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.filters import typo
from store.web.htmx import is_partial, page_or_block, see_other

TOLD = ("reason", "outcome", "why", "next_step", "note")
SHOWN = "shown-"
# why a code is no article, where the scan's own words say more than that
ABOUT_ARTICLES = {
    Missing.PRODUCT,
    Missing.LABEL,
    Reason.EMPTY,
    Reason.TOO_LONG,
    Reason.NOT_TEXT,
    Reason.MISREAD,
    Reason.INCOMPLETE,
    Reason.OVERLONG,
    Reason.OTHER_GS1,
}


# --- the account ------------------------------------------------------------------------------


@tablet.get("/visits/<uid>")
@auth.staff()
def visit(uid: str) -> Response:
    """Show the account of a visit in progress; a recorded one leads to the scan."""
    found = visits.get(db.session(), uid, store=g.store)
    if found.ended_at is not None:
        return see_other(url_for("tablet.scan", closed=uid))
    return _page(found)


def _page(
    found: Visit, *, errors: dict[str, str] | None = None, may_confirm: bool = False
) -> Response:
    return page_or_block(
        "clienteling/visit.html",
        "shown",
        status=422 if errors else 200,
        visit=say.account(found, _told() if errors else {}),
        customer=_customer(found),
        shown=[say.shown(line) for line in found.lines],
        errors=errors or {},
        may_confirm=may_confirm,
        **say.choices(),
    )


def _customer(found: Visit) -> dict[str, str] | None:
    customer = found.customer
    if customer is None:
        return None
    name = full_name(customer)
    return {"uid": customer.uid, "name": name, "first_name": customer.first_name or name}


def _told() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in TOLD}


@tablet.post("/visits/<uid>")
@auth.staff(late=True)
def close_visit(uid: str) -> Response:
    """Record the visit; `later` keeps it open, `add` keeps it and asks for an article."""
    try:
        return _record(uid)
    except note_words.Refused as refused:
        return _mend(uid, {"note": refused.note.fault}, may_confirm=refused.note.may_confirm)
    except Invalid as error:
        return _mend(uid, _words_for(error))


def _mend(uid: str, errors: dict[str, str], *, may_confirm: bool = False) -> Response:
    db.session.rollback()
    return _page(
        visits.get(db.session(), uid, store=g.store), errors=errors, may_confirm=may_confirm
    )


def _words_for(error: Invalid) -> dict[str, str]:
    if error.field == "outcome":
        return {"outcome": typo(_("Dites comment la visite s'est terminée."))}
    if error.field == "note":
        return {"note": note_words.fault_of(error)}
    raise error


@forms.once
def _record(uid: str) -> str:
    found = visits.get(db.session(), uid, store=g.store)
    for sku, kind in _kinds():
        visits.show(db.session(), found, sku=sku, kind=kind, now=now())
    told = _account()
    if request.form.get("later") or request.form.get("add"):
        visits.draft(db.session(), found, now=now(), **told)
        return _after_draft(found)
    told["note"] = note_words.checked(request.form)
    visits.close(db.session(), uid, store=g.store, staff=g.staff, now=now(), **told)
    if found.customer is not None:
        files.close_file(found.customer.uid)
    return url_for("tablet.scan", closed=uid)


def _account() -> dict[str, str]:
    """Return the answers; why nothing was found says more than that nothing was."""
    told = _told()
    why = told.pop("why")
    if told["outcome"] == "not_found" and why in LEFT:
        told["outcome"] = why
    return told


def _kinds() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items():
        if name.startswith(SHOWN):
            yield name.removeprefix(SHOWN), value


def _after_draft(found: Visit) -> str:
    if request.form.get("add"):
        return url_for("tablet.add_product", uid=found.uid)
    if found.customer is None:
        return url_for("tablet.customers")
    return url_for("tablet.customer", uid=found.customer.uid)


# --- an article -------------------------------------------------------------------------------


@tablet.get("/visits/<uid>/products")
@auth.staff()
def ask_product(uid: str) -> Response:
    """Ask for the code of an article that was shown."""
    return _ask(visits.get(db.session(), uid, store=g.store))


@tablet.post("/visits/<uid>/products")
@auth.staff()
@limiter.limit(lookups)
def add_product(uid: str) -> Response:
    """Add the article of a scanned or typed code to the visit; the same one twice is one."""
    found = visits.get(db.session(), uid, store=g.store)
    article = loyalty.find(db.session(), scanning.scanned_code(), store=g.store)
    if not isinstance(article, FoundVariant):
        return _named(found) or _refuse(uid, article_fault(article))
    for sku, kind in _kinds():
        visits.show(db.session(), found, sku=sku, kind=kind, now=now())
    if article.sku not in {line.sku for line in found.lines}:
        visits.show(db.session(), found, sku=article.sku, kind="shown", now=now())
    db.session.commit()
    return _page(found) if is_partial() else see_other(url_for("tablet.visit", uid=uid))


def _named(found: Visit) -> Response | None:
    """Offer what has the typed name; None for a code, and where nothing has it."""
    is_code = "source" in request.form or search.is_misread_gtin(typed())
    named = [] if is_code else stock.find(typed())
    return _ask(found, named=named) if named else None


def article_fault(found: loyalty.Found) -> Fault:
    """Say why a code is no article of the shop."""
    if isinstance(found, Nothing) and found.reason in ABOUT_ARTICLES:
        known = scanning.WORDS[found.reason]
        return Fault(title=typo(str(known.title)), advice=typo(str(known.advice)))
    return Fault(
        title=typo(_("Ce code n'est pas celui d'un article")),
        advice=typo(_("Scannez le code-barres ou l'étiquette de l'article montré.")),
    )


def _refuse(uid: str, fault: Fault) -> Response:
    db.session.rollback()
    if is_partial():
        answer = make_response(render_template("clienteling/_refused.html", fault=fault), 422)
        answer.headers["HX-Retarget"] = "#scan-answer"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    return _ask(visits.get(db.session(), uid, store=g.store), fault=fault)


def _ask(found: Visit, *, fault: Fault | None = None, named: Sequence[Found] = ()) -> Response:
    page = render_template(
        "clienteling/add_product.html",
        visit=say.account(found, {}),
        customer=_customer(found),
        fault=fault,
        named=named,
        typed=typed() if fault or named else "",
    )
    return make_response(page, 422 if fault else 200)
