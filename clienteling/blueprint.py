"""The tablet's pages, under /tablet."""

from flask import Blueprint

tablet = Blueprint("tablet", __name__, url_prefix="/tablet")
