"""The departments of the shop, all of them."""

from flask import render_template, request

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import products
from store.web import auth
from store.web.extensions import db

PER_PAGE = 12
PER_PAGE_LOW = 8


@kiosk.get("/categories")
@auth.device("kiosk")
def categories() -> str:
    """Show every department with how many articles it has, some on a page."""
    every = products.list_categories(db.session())
    per_page = PER_PAGE_LOW if kiosk_session.comforts()["reach"] else PER_PAGE
    pages = max(1, -(-len(every) // per_page))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "kiosk/categories.html",
        departments=every[(page - 1) * per_page : page * per_page],
        page=page,
        pages=pages,
    )
