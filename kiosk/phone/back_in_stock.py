"""Being told when an article is back, asked on the customer's own phone."""

from flask import Response, g, make_response, render_template, request, url_for

from kiosk import articles, return_notices, stock_block
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import products
from store.errors import Invalid
from store.models import Variant
from store.web import acts, auth, stock_words
from store.web.extensions import db, limiter
from store.web.forms import once, shown_again
from store.web.htmx import see_other


@phone.get("/p/<code>/tell-me", endpoint="tell_me")
@auth.public
def ask(code: str) -> Response | str:
    """Ask how to tell, unless the article is back by now."""
    visitor.own_store()
    variant = products.get_by_sku(db.session(), code)
    if variant.product.withdrawn_at is not None or return_notices.is_here(variant):
        return see_other(url_for("phone.label", code=code))
    return _form(variant)


@phone.post("/p/<code>/tell-me", endpoint="tell_me_now")
@auth.public
@limiter.limit(acts.orders_per_hour)
@shown_again(lambda error, code: _refuse(code, error), fields=("contact",))
def note(code: str) -> Response:
    """Note the wish, or ask again for what nobody can be told by."""
    visitor.own_store()
    who = visitor.begin()
    variant = products.get_by_sku(db.session(), code)
    answer = _note(variant, who)
    return_notices.remember(variant)
    return answer


@phone.get("/p/<code>/noted", endpoint="tell_me_noted")
@auth.public
def noted(code: str) -> Response | str:
    """Say that it is noted, and nothing of who asked."""
    visitor.own_store()
    variant = products.get_by_sku(db.session(), code)
    if not return_notices.is_noted(variant.sku):
        return see_other(url_for("phone.label", code=code))
    return render_template("phone/noted.html", variant=variant, **_shared(variant))


@once
def _note(variant: Variant, who: str) -> str:
    contact = request.form.get("contact", "")
    return_notices.note(variant, contact, channel="phone", visitor=who)
    return url_for("phone.tell_me_noted", code=variant.sku)


def _refuse(code: str, error: Invalid) -> Response:
    variant = products.get_by_sku(db.session(), code)
    return make_response(_form(variant, fault=return_notices.fault(error)), 422)


def _form(variant: Variant, *, fault: str = "") -> str:
    return render_template(
        "phone/tell_me.html",
        variant=variant,
        here=stock_words.in_words(stock_block.figure_here(variant)),
        typed=request.form.get("contact", ""),
        fault=fault,
        **_shared(variant),
    )


def _shared(variant: Variant) -> dict[str, object]:
    return {"item": articles.item(variant), "days": return_notices.days(), "shop": g.store}
