"""What to mend in the first name that a reservation is found by, the same on kiosk and phone."""

from flask_babel import gettext as _

from store.errors import Invalid
from store.web.filters import typo

FAULTS = {
    "empty": lambda: _("Écrivez un prénom, pour retrouver la réservation."),
    "too_long": lambda: _("Un prénom suffit : 40 lettres au plus."),
}


def fault(error: Invalid) -> str:
    """Say why a name was refused."""
    return typo(FAULTS.get(error.problem, FAULTS["empty"])())
