"""What can be done with a product: its acts follow its stock and the visitor's list."""

from typing import Any

from flask import Response, g

from kiosk import return_notices
from kiosk.blueprint import kiosk
from kiosk.screen import shortlist
from store import products, stock
from store.models import Variant
from store.web import acts, auth, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import fragment


@kiosk.get("/products/<sku>/acts")
@auth.device("kiosk")
def product_acts(sku: str) -> Response:
    """Answer the acts alone, as they are possible now."""
    variant = products.get_by_sku(db.session(), sku)
    trust = stock_words.trust(db.session())
    here = stock.figure(db.session(), variant.id, store_id=g.store.id, now=now(), trust=trust)
    return fragment(
        "kiosk/_acts.html",
        variant=variant,
        here=stock_words.in_words(here),
        **offered(variant),
    )


def offered(variant: Variant) -> dict[str, Any]:
    """Return what the acts depend on beside the stock."""
    basket = shortlist.find()
    listed = {line.variant_id for line in basket.lines} if basket else set()
    return {
        "is_listed": variant.id in listed,
        "is_noted": return_notices.is_noted(variant.sku),
        "by_delivery": acts.has_central(),
    }
