"""The customers' files on this tablet: opened with a reason, shown while they are open."""

import re

from flask import Response, flash, g, url_for

from store import customers, openings
from store.models import Customer
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import see_other

_CARD = re.compile(r"/tablet/customers/([0-9a-f-]{36})\b")
BY_CODE, RESUMED = "code", "resumed"


def reasons() -> list[tuple[str, str]]:
    """Return why a file may be opened without its code, and how each reason is said."""
    return [
        ("forgotten_card", typo(_("Carte oubliée"))),
        ("no_card", typo(_("Pas de carte"))),
        ("pickup", typo(_("Retrait sans QR"))),
        ("exchange", typo(_("Échange ou retour"))),
        ("call", typo(_("Appel téléphonique"))),
    ]


def open_file(uid: str, *, reason: str) -> Customer:
    """Open the file in the name of who is signed in; raises NotFound."""
    customer = customers.get_by_uid(db.session(), uid)
    customers.open_file(
        db.session(), customer, staff=g.staff, device=g.device, reason=reason, now=now()
    )
    return customer


def is_open(uid: str) -> bool:
    """Tell whether who is signed in has the file open on this tablet."""
    return openings.is_open(db.session(), uid, staff=g.staff, device=g.device, now=now())


def close_file(uid: str) -> None:
    """Close the file on this tablet."""
    openings.close(db.session(), uid, staff=g.staff, device=g.device, now=now())


def resume(path: str) -> None:
    """Open, in the name of who unlocks the tablet, the file that was on the screen."""
    found = _CARD.match(path)
    uid = found[1] if found else ""
    if uid and openings.was_open(db.session(), uid, device=g.device, now=now()):
        open_file(uid, reason=RESUMED)


def ask_again() -> Response:
    """Lead to the scan, and say that the file has closed."""
    flash(typo(_("Cette fiche s'est refermée. Présentez la carte, ou cherchez la personne.")))
    return see_other(url_for("tablet.scan"))
