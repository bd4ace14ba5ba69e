"""The wish to be told that an article is back, as the kiosk and the customer's phone take it."""

from datetime import timedelta

from flask import current_app, g, session
from flask_babel import gettext as _

from kiosk import stock_block
from store import back_in_stock, stock, unmet
from store.errors import Invalid
from store.models import Customer, Variant
from store.web import languages, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo

HERE = ("in", "low")
FAULTS = {
    "empty": lambda: _("Écrivez un e-mail ou un numéro de téléphone."),
    "malformed": lambda: _("Ce n'est ni un e-mail ni un numéro de téléphone : vérifiez-le."),
}


def note(variant: Variant, contact: str | Customer, *, channel: str, visitor: str) -> None:
    """Note who is to be told, and what was asked for in vain; the handler commits.

    Raises Invalid for a contact by which nobody can be told.
    """
    back_in_stock.ask(
        db.session(),
        variant,
        store=g.store,
        contact=contact,
        channel=channel,
        language=languages.choose(),
        wait=timedelta(days=days()),
        now=now(),
    )
    unmet.record(
        db.session(),
        store_id=g.store.id,
        kind="size_absent" if _has_others_here(variant) else "out_of_stock",
        text="",
        sku=variant.sku,
        visitor=visitor,
        device_kind=channel,
        language=languages.choose(),
        now=now(),
    )


def fault(error: Invalid) -> str:
    """Say what to mend in a contact."""
    return typo(FAULTS[error.problem]())


def is_noted(sku: str) -> bool:
    """Tell whether this visitor has asked to be told of the article."""
    return sku in session.get("told", ())


def remember(variant: Variant) -> None:
    """Let this visitor, and nobody else, be told that the wish is noted."""
    session["told"] = sorted({*session.get("told", ()), variant.sku})


def is_here(variant: Variant) -> bool:
    """Tell whether the shop has the article by now."""
    return stock_block.figure_here(variant).level in HERE


def days() -> int:
    """Return how long a wish is kept."""
    found: int = current_app.config["COMPTOIR"].back_in_stock.days
    return found


def _has_others_here(variant: Variant) -> bool:
    """Tell whether the shop has the product, but not in this size or colour."""
    ids = [one.id for one in variant.product.variants if one.id != variant.id]
    trust = stock_words.trust(db.session())
    known = stock.figures(db.session(), ids, store_id=g.store.id, now=now(), trust=trust)
    return any(figure.level in HERE for figure in known.values())
