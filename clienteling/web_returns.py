"""Articles of an online order that somebody brings back: found, said line by line, taken."""

from dataclasses import dataclass

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import named, order_codes
from clienteling import return_words as say
from clienteling.blueprint import tablet
from clienteling.named import Article
from store import disputed_returns, web_returns
from store.errors import ForbiddenTransition, Invalid
from store.loyalty import FoundOrder
from store.models import Order
from store.web import acts, auth, errors
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.forms import once, shown_again, typed_number
from store.web.htmx import page_or_block, see_other
from store.web_returns import Returnable, Returned

LONGEST_QUERY = 80
DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Line:
    """One article that may come back, with what was typed of it."""

    sku: str
    product: Article
    named: str  # with size and colour
    collected: int
    left: int
    price_minor: int
    currency: str
    units: str
    reason: str
    condition: str


@tablet.get("/returns", endpoint="web_returns")
@auth.staff()
@limiter.limit(lookups)
def find() -> Response:
    """Find an order by its number or its QR (`q`), in whichever shop it was collected."""
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    orders = web_returns.search(db.session(), query, store=g.store)
    if len(orders) == 1 and orders[0].state in ("collected", "partly_collected"):
        return see_other(url_for("tablet.web_return", uid=orders[0].uid))
    found = [say.found(order) for order in orders]
    return page_or_block(
        "clienteling/web_returns.html", "found", query=query, found=found, fault=None
    )


@tablet.post("/returns", endpoint="scan_return")
@auth.staff()
@limiter.limit(lookups)
def scan() -> Response:
    """Go to the order whose QR or receipt was scanned."""
    found = order_codes.scanned()
    if isinstance(found, FoundOrder):
        return see_other(url_for("tablet.web_return", uid=found.uid))
    fault = say.no_order()
    page = render_template("clienteling/web_returns.html", query="", found=[], fault=fault)
    return make_response(page, 422)


@tablet.get("/returns/<uid>", endpoint="web_return")
@auth.staff()
def form(uid: str) -> Response:
    """Ask what comes back of an order, why and in what state."""
    return _sheet(uid)


@tablet.post("/returns/<uid>", endpoint="take_back")
@auth.staff()
@shown_again(
    lambda refusal, uid: _sheet(uid, fault=say.fault(refusal)), Invalid, ForbiddenTransition
)
@once
def take_back(uid: str) -> str:
    """Take articles back: `units-SKU`, `reason-SKU` and `condition-SKU` of each."""
    order = web_returns.get(db.session(), uid)
    returned = [_returned(one) for one in web_returns.list_returnable(db.session(), order)]
    web_returns.take_back(
        db.session(),
        uid,
        [one for one in returned if one is not None],
        store=g.store,
        staff=g.staff,
        now=now(),
    )
    return url_for("tablet.web_return", uid=uid, done="yes")


def _returned(one: Returnable) -> Returned | None:
    units = typed_number(f"units-{one.sku}", digits=DIGITS, field="quantity", otherwise=0)
    if not units:
        return None
    return Returned(
        sku=one.sku,
        quantity=units,
        reason=request.form.get(f"reason-{one.sku}", ""),
        condition=request.form.get(f"condition-{one.sku}", ""),
    )


def _sheet(uid: str, *, fault: errors.Fault | say.Refusal | None = None) -> Response:
    order = web_returns.get(db.session(), uid)
    returnable = web_returns.list_returnable(db.session(), order)
    lines = [_line(order, one) for one in returnable]
    told = web_returns.list_told(db.session(), [order])[order.id]
    names = {one.sku: one.named for one in lines}
    is_told = not (acts.has_central() and web_returns.is_on_its_way(db.session(), order))
    page = render_template(
        "clienteling/web_return.html",
        order=say.sheet(order),
        lines=lines,
        disputes=[say.dispute(one) for one in disputed_returns.list_by_order(db.session(), order)],
        back=say.back(told, names, g.store),
        done=say.done(is_told=is_told) if "done" in request.args else "",
        reasons=say.reasons(),
        conditions=say.conditions(),
        refund=say.refund(order, is_told=bool(told) and is_told),
        receipt=say.receipt(order),
        fault=fault,
    )
    return make_response(page, 422 if fault else 200)


def _line(order: Order, one: Returnable) -> Line:
    line, form = one.line, request.values
    product = named.of_line(line)
    return Line(
        sku=one.sku,
        product=product,
        named=named.with_choice(product),
        collected=one.collected,
        left=one.left,
        price_minor=line.goods_price_minor,
        currency=order.currency,
        units=form.get(f"units-{one.sku}", "0"),
        reason=form.get(f"reason-{one.sku}", ""),
        condition=form.get(f"condition-{one.sku}", web_returns.RESELL),
    )
