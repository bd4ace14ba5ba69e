"""An article is back: whoever asked for it is told, and then forgotten."""

from flask import g, request, url_for

from clienteling.blueprint import tablet
from store import back_in_stock
from store.web import auth, forms
from store.web.clock import now
from store.web.extensions import db


@tablet.post("/back-in-stock/<uid>", endpoint="told")
@auth.staff()
@forms.once
def told(uid: str) -> str:
    """Note that the customer was told, and show the article again."""
    wish = back_in_stock.tell(db.session(), uid, store=g.store, staff=g.staff, now=now())
    return url_for("tablet.product", sku=wish.variant.sku, q=request.form.get("q") or None)
