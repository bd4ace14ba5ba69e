"""GS1 Digital Link: the QR on a product's own packaging, when it names this server.

The path is that of the GS1 Digital Link standard (URI Syntax 1.6), the answer a 307 as the
GS1-Conformant Resolver standard asks for; other link types than the product's page are not offered.
"""

from urllib.parse import quote

from flask import Response, g, redirect, request, url_for
from flask_babel import gettext as _

from kiosk.blueprint import phone
from kiosk.phone.product import absent, own_store
from store import gs1, products
from store.web import auth
from store.web.extensions import db, limiter, lookups

ANY_HOST = "https://id.gs1.org"  # the host says nothing of the article


@phone.get("/01/<path:_key>", endpoint="digital_link")
@auth.public
@limiter.limit(lookups)
def follow(_key: str) -> Response:
    """Lead to the product with this GTIN, whatever lot or number stands behind it."""
    g.store = own_store()
    address = ANY_HOST + quote(request.path) + "?" + request.query_string.decode("ascii", "ignore")
    try:
        article = gs1.read_digital_link(address, zero_suppressed=True)
    except gs1.NotAnArticle:
        advice = _("Scannez-le à nouveau, ou montrez l'article à un conseiller.")
        return absent(_("Ce code d'article est incomplet ou mal lu"), advice, status=400)
    found = products.find_by_gtin(db.session(), article.gtin)
    if found is None:
        advice = _("Un conseiller peut vous dire s'il se commande.")
        return absent(_("Cet article n'est pas proposé ici"), advice, status=404)
    return redirect(url_for("phone.label", code=found.sku), 307)
