"""The kiosk's screens, under /kiosk, and the phone's pages, under /p."""

from flask import Blueprint

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk")
# a label is printed in upper case, /P/…, so the prefix stands in each route
phone = Blueprint("phone", __name__)
