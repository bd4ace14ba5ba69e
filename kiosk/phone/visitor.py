"""Whose phone it is: an opaque id in its session, and pages that no search engine may keep."""

from flask import Response, current_app, g, request, session

from kiosk.blueprint import phone
from store import stores
from store.models import Store
from store.web.extensions import db
from store.web.forms import form_uid

OPEN_TO_ALL = ("phone.home", "phone.label", "phone.printed", "phone.stock_here")


@phone.after_request
def keep_private(answer: Response) -> Response:
    """Keep everything but the products out of search engines, and its address to itself."""
    if request.endpoint not in OPEN_TO_ALL:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def uid() -> str:
    """Return the visitor of this phone, empty when it has none yet."""
    return str(session.get("phone", ""))


def begin() -> str:
    """Return the visitor of this phone, made when it has none; only forms may call it.

    The same form makes the same visitor: a phone that sends it again, since the answer with the
    cookie was lost, finds its list again. A handler calls it outside what is done once.
    """
    session.permanent = True
    session.setdefault("phone", form_uid())
    return uid()


def own_store() -> Store:
    """Return the shop that this server serves, which the page is then of."""
    code = current_app.config["COMPTOIR"].store.code
    g.store = stores.get_own(db.session(), code)
    own: Store = g.store
    return own
