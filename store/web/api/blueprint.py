"""The machine API, under /api/v1: JSON for other programs, bearer tokens, no cookies."""

from flask import Blueprint

from store.web.extensions import csrf

PREFIX = "/api/v1"

api = Blueprint("api", __name__, url_prefix=PREFIX)
csrf.exempt(api)  # a token is no cookie: no other site can make a browser send it
