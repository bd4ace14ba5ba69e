"""The trial of a printer: whether its width is right, its dots are black and its QR is read."""

from datetime import datetime

from flask import current_app
from flask_babel import force_locale

from store.models import Printer, Store
from store.web import statics
from store.web.tickets import drawing, words


def draw(printer: Printer, store: Store, *, now: datetime) -> bytes:
    """Return the picture of a trial for this printer."""
    language: str = current_app.config["COMPTOIR"].store.language
    fonts = statics.drawing_fonts()
    with current_app.app_context(), force_locale(language):
        texts = words.trial(printer.device.name, printer.dots, store, now)
    return drawing.draw(texts, fonts=fonts, dots=printer.dots)
