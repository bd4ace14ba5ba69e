"""Where somebody lands who types the shop's address: no code was scanned yet."""

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel.speaklater import LazyString

from kiosk.blueprint import phone
from kiosk.phone import product, visitor
from store import search
from store.recognition import Reason
from store.web import auth, opening_words, scanning
from store.web.catalogue import lazy_gettext
from store.web.htmx import see_other

LONGEST_CODE = 80
NOTHING_TYPED = lazy_gettext("Écrivez le numéro de l'article.")


@phone.get("/p/", endpoint="home")
@auth.public
def show() -> Response:
    """Say how an article is opened here, or open the one whose number was typed."""
    code = "".join(request.args.get("code", "").split())[:LONGEST_CODE]
    if search.is_misread_gtin(code) and product.find_any(code) is None:
        return _page(code, scanning.WORDS[Reason.MISREAD].title, status=422)
    if "code" in request.args and not code:
        return _page(fault=NOTHING_TYPED, status=422)
    return see_other(url_for("phone.label", code=code)) if code else _page()


def _page(code: str = "", fault: LazyString | None = None, *, status: int = 200) -> Response:
    shop = visitor.own_store()
    page = render_template(
        "phone/home.html",
        shop=g.store,
        hours=opening_words.hours(shop),
        code=code,
        fault=str(fault or ""),
    )
    return make_response(page, status)
