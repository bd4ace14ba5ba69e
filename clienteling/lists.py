"""Lists that customers hand over to the tablets: four digits, and the articles are here."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import named
from clienteling.blueprint import tablet
from clienteling.named import Article
from store import baskets, handoffs, stock
from store.errors import HandoffGone
from store.models import Basket
from store.web import auth, stock_words
from store.web.clock import now
from store.web.errors import fault_of
from store.web.extensions import db, limiter, lookups
from store.web.forms import once
from store.web.stock_words import StockWords

SHOWN_FOR = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One article of a list, with its stock here."""

    product: Article
    quantity: int
    total_minor: int
    stock: StockWords


@tablet.get("/lists", endpoint="lists")
@auth.staff()
def show_lists() -> str:
    """Ask for four digits, and show the lists of today."""
    return _page()


@tablet.post("/lists", endpoint="take_list")
@auth.staff()
@limiter.limit(lookups)
def take() -> Response:
    """Take the list over, or say why the digits lead nowhere."""
    try:
        return _take(request.form.get("digits", ""))
    except HandoffGone as error:
        db.session.rollback()
        return make_response(_page(fault=error), 422)


@tablet.get("/lists/<uid>", endpoint="list")
@auth.staff()
def show_list(uid: str) -> str:
    """Show the articles of one list, each with its stock here."""
    basket = baskets.get(db.session(), uid, store=g.store)
    lines = _lines(basket)
    return render_template(
        "clienteling/list.html",
        basket=basket,
        lines=lines,
        count=sum(line.quantity for line in lines),
        total=sum(line.total_minor for line in lines),
        currency=lines[0].product.currency if lines else "EUR",
        topics=",".join(f"stock:{line.product.sku}" for line in lines),
    )


@tablet.post("/lists/<uid>/close", endpoint="close_list")
@auth.staff()
@once
def close(uid: str) -> str:
    """Drop a list that is dealt with."""
    baskets.drop(db.session(), baskets.get(db.session(), uid, store=g.store))
    return url_for("tablet.lists")


def take_typed(digits: str) -> Response:
    """Take over the list of four digits typed where codes are typed; raises HandoffGone."""
    return _take(digits)


@once
def _take(digits: str) -> str:
    basket = handoffs.take_to_tablet(db.session(), digits, store=g.store, staff=g.staff, now=now())
    return url_for("tablet.list", uid=basket.uid)


def _page(*, fault: HandoffGone | None = None) -> str:
    handed = baskets.list_handed(db.session(), g.store.id, since=now() - SHOWN_FOR)
    return render_template(
        "clienteling/lists.html",
        handed=handed,
        fault=fault_of(fault) if fault else None,
        typed=request.form.get("digits", "") if fault else "",
    )


def _lines(basket: Basket) -> list[Listed]:
    trust = stock_words.trust(db.session())
    ids = [line.variant_id for line in basket.lines]
    known = stock.figures(db.session(), ids, store_id=g.store.id, now=now(), trust=trust)
    return [
        Listed(
            product=named.variant(line.variant),
            quantity=line.quantity,
            total_minor=line.quantity * line.variant.price_minor,
            stock=stock_words.in_words(known[line.variant_id]),
        )
        for line in basket.lines
    ]
