"""Shelf labels of paper: what is no longer right, what was scanned, a whole shelf; then sheets."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, make_response, render_template, request, session, url_for

from clienteling import label_words as say
from clienteling.blueprint import tablet
from clienteling.scan import Fault, lookups, typed
from clienteling.visits import article_fault
from store import label_faces, loyalty, products
from store import labels as paper
from store.errors import Invalid
from store.label_faces import Face
from store.loyalty import FoundVariant
from store.models import Variant
from store.web import auth, forms, scanning
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.filters import local
from store.web.htmx import see_other
from store.web.labels import printing, words

PILE = "label_skus"
LARGEST_PILE = 60  # it lies in the tablet's cookie
VIEWS = ("changed", "pile", "shelf")
LAST_PRINTS = 6


@tablet.get("/labels", endpoint="labels")
@auth.staff()
def show_labels() -> Response:
    """Show the labels to print again, those that were scanned, or those of a category."""
    return _page()


@tablet.post("/labels/scan", endpoint="scan_label")
@auth.staff()
@limiter.limit(lookups)
def scan() -> Response:
    """Put the article of a scanned or typed code on the pile of labels to print."""
    found = loyalty.find(db.session(), scanning.scanned_code(), store=g.store)
    if not isinstance(found, FoundVariant):
        return _page(fault=article_fault(found))
    pile = [sku for sku in _pile() if sku != found.sku]
    session[PILE] = [found.sku, *pile][:LARGEST_PILE]
    return see_other(url_for("tablet.labels", view="pile"))


@tablet.post("/labels/clear", endpoint="clear_labels")
@auth.staff()
@forms.once
def clear() -> str:
    """Empty the pile."""
    session.pop(PILE, None)
    return url_for("tablet.labels", view="pile")


@tablet.post("/labels/print", endpoint="print_labels")
@auth.staff()
@forms.once
def print_sheets() -> str:
    """Keep the sheets of the chosen labels, and lead to them."""
    back = {"view": _view(), "category": request.form.get("category") or None}
    chosen = paper.find_variants(db.session(), request.form.getlist("sku"))
    try:
        made = paper.print_labels(
            db.session(), chosen, words.terms(), store=g.store, staff=g.staff, now=now()
        )
    except Invalid as error:
        return url_for("tablet.labels", problem=error.problem, **back)
    session.pop(PILE, None)
    refused = [face.sku for face in made.refused] or None
    return url_for("tablet.labels", sheets=made.sheets.uid, refused=refused, **back)


@tablet.get("/labels/sheets/<uid>.pdf", endpoint="label_sheets")
@auth.staff()
def sheets(uid: str) -> Response:
    """Answer sheets as PDF, as they were when they were printed first."""
    found = paper.get_print(db.session(), uid, store=g.store)
    name = f"etiquettes-{local(found.made_at):%Y-%m-%d-%H%M}"
    faces = paper.faces_of(found)
    db.session.rollback()  # drawing takes a second or two: nobody waits for our snapshot
    answer = make_response(printing.pdf(faces, title=name))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@tablet.post("/labels/<sku>/down", endpoint="take_label_down")
@auth.staff()
@forms.once
def take_down(sku: str) -> str:
    """Note that the label of a withdrawn article was taken off the shelf."""
    paper.take_down(db.session(), sku, store=g.store)
    return url_for("tablet.labels")


def _page(*, fault: Fault | None = None) -> Response:
    stale = paper.list_stale(db.session(), g.store, words.terms(), now=now())
    page = render_template(
        "clienteling/labels.html",
        view=_view() if fault is None else "pile",
        rows=_rows(stale) if fault is None else _pile_rows(),
        counts={"changed": len(stale), "pile": len(_pile())},
        category=request.args.get("category", ""),
        categories=[one.name for one in products.list_categories(db.session())],
        prints=[
            say.sheets(one) for one in paper.list_prints(db.session(), g.store, limit=LAST_PRINTS)
        ],
        done=_done(),
        problem=say.fault(request.args.get("problem", "")),
        fault=fault,
        typed=typed() if fault else "",
        qr_host=urlsplit(words.terms().base_url).netloc,
        most=paper.MOST_AT_ONCE,
    )
    return make_response(page, 422 if fault else 200)


def _view() -> str:
    asked = request.values.get("view", "")
    return asked if asked in VIEWS else VIEWS[0]


def _pile() -> list[str]:
    return list(session.get(PILE, ()))


def _rows(stale: list[paper.Stale]) -> list[say.Row]:
    if _view() == "pile":
        return _pile_rows()
    if _view() == "changed":
        return [say.stale_row(one) for one in stale]
    category = request.args.get("category", "")
    return _described(paper.list_of_category(db.session(), category), all_chosen=False)


def _pile_rows() -> list[say.Row]:
    return _described(paper.find_variants(db.session(), _pile()), all_chosen=True)


def _described(variants: Any, *, all_chosen: bool) -> list[say.Row]:
    """Return the rows; of a whole shelf only what was never printed is chosen."""
    found: list[Variant] = list(variants)
    printed = paper.printed_skus(db.session(), g.store, [one.sku for one in found])
    faces = _faces(found)
    return [
        say.row(
            variant,
            face,
            is_printed=variant.sku in printed,
            chosen=all_chosen or variant.sku not in printed,
        )
        for variant, face in zip(found, faces, strict=True)
    ]


def _done() -> dict[str, Any] | None:
    """Return the sheets that were just made, and what got no label."""
    uid = request.args.get("sheets")
    if not uid:
        return None
    found = paper.get_print(db.session(), uid, store=g.store)
    without = paper.find_variants(db.session(), request.args.getlist("refused"))
    return {"sheets": say.sheets(found), "refused": say.refused(_faces(without))}


def _faces(variants: list[Variant]) -> list[Face]:
    return label_faces.of(db.session(), variants, words.terms(), store_id=g.store.id, now=now())
