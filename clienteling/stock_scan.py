"""A hand scanner on the page of stock: an article's code shows it in every store."""

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import sign_in, stock, visits
from clienteling.blueprint import tablet
from store import loyalty
from store.loyalty import FoundStaff, FoundVariant
from store.web import auth, scanning
from store.web.extensions import db, limiter, lookups
from store.web.htmx import see_other


@tablet.post("/stock", endpoint="scan_stock")
@auth.staff()
@limiter.limit(lookups)
def read_code() -> Response:
    """Show the article of a scanned code; of any other code say so beside what is shown.

    `sku` and `q` are the article on the right and the search, which stay.
    """
    found = loyalty.find(db.session(), scanning.scanned_code(), store=g.store)
    match found:
        case FoundVariant(sku=sku):
            return see_other(url_for("tablet.product", sku=sku))
        case FoundStaff(uid=uid) if sign_in.with_badge(uid):
            return see_other(url_for("tablet.stock", **request.args))
        case _:
            db.session.rollback()
            page = render_template(
                "clienteling/stock.html",
                fault=visits.article_fault(found),
                **stock.page_of(request.args.get("sku", "")),
            )
            return make_response(page, 422)
