"""The kiosk's screens, under /kiosk, and the phone's pages, under /p."""

from flask import Blueprint

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk")
phone = Blueprint("phone", __name__, url_prefix="/p")
