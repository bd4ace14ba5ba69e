"""The home of the kiosk: what are you looking for?"""

from flask import Response, g, make_response, render_template

from kiosk.blueprint import kiosk
from kiosk.screen import closed, visitor
from kiosk.screen import session as kiosk_session
from store import products
from store.web import auth, opening_words, statics
from store.web.extensions import db

SHOWN_CATEGORIES = 8
SHOWN_CATEGORIES_LOW = 3


@kiosk.get("/")
@auth.device("kiosk")
def home() -> Response:
    """Show the search, the departments and the three errands; when closed, say that."""
    way_out = closed.way_out()
    if way_out is not None:
        return way_out
    page = render_template(
        "kiosk/home.html",
        categories=products.list_categories(db.session())[:SHOWN_CATEGORIES],
        shown_low=SHOWN_CATEGORIES_LOW,
        shop=g.store,
        hours=opening_words.hours(g.store),
        attract_seconds=kiosk_session.seconds("browse_idle_seconds"),
        idle=kiosk_session.idle() if visitor.is_used() else None,
    )
    return statics.compress_page(make_response(page))
