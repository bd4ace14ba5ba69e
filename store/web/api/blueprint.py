"""The machine API, under /api/v1: JSON for other programs, bearer tokens, no cookies."""

from flask import Blueprint

from store.web.extensions import csrf

PREFIX = "/api/v1"

api = Blueprint("api", __name__, url_prefix=PREFIX)
csrf.exempt(api)  # a token is no cookie: no other site can make a browser send it

# what others tell us by signed webhooks: the signature is checked by each view
hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
csrf.exempt(hooks)
