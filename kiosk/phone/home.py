"""Where somebody lands who types the shop's address: no code was scanned yet."""

from flask import Response, g, make_response, render_template, request, url_for

from kiosk.blueprint import phone
from kiosk.phone import product, visitor
from store import search
from store.recognition import Reason
from store.web import auth, opening_words, scanning
from store.web.htmx import see_other
from store.web.scanning import Words

LONGEST_CODE = 80


@phone.get("/p/", endpoint="home")
@auth.public
def show() -> Response:
    """Say how an article is opened here, or open the one whose number was typed."""
    code = "".join(request.args.get("code", "").split())[:LONGEST_CODE]
    if search.is_misread_gtin(code) and product.find_any(code) is None:
        return _page(code, scanning.WORDS[Reason.MISREAD], status=422)
    return see_other(url_for("phone.label", code=code)) if code else _page()


def _page(code: str = "", fault: Words | None = None, *, status: int = 200) -> Response:
    shop = visitor.own_store()
    page = render_template(
        "phone/home.html",
        shop=g.store,
        hours=opening_words.hours(shop),
        code=code,
        fault=str(fault.title) if fault else "",
    )
    return make_response(page, status)
