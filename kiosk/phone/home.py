"""Where somebody lands who types the shop's address: no code was scanned yet."""

from flask import Response, g, render_template, request, url_for

from kiosk.blueprint import phone
from kiosk.phone import visitor
from store.web import auth, opening_words
from store.web.htmx import see_other

LONGEST_CODE = 80


@phone.get("/p/", endpoint="home")
@auth.public
def show() -> str | Response:
    """Say how an article is opened here, or open the one whose number was typed."""
    code = "".join(request.args.get("code", "").split())[:LONGEST_CODE]
    if code:
        return see_other(url_for("phone.label", code=code))
    shop = visitor.own_store()
    return render_template("phone/home.html", shop=g.store, hours=opening_words.hours(shop))
