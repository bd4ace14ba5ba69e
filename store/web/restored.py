"""Words for a shop whose database was put back from a backup and does not know everything yet."""

from store import restorations
from store.models import Restoration
from store.web import acts
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import day, hour


def is_behind() -> bool:
    """Tell whether something may be missing here since a backup was put back."""
    return _open() is not None


def words() -> str:
    """Say since when orders are missing and what to do; empty when none are."""
    found = _open()
    if found is None:
        return ""
    when = {"day": day(found.taken_at), "hour": hour(found.taken_at)}
    return _(
        "Nous avons remis une sauvegarde du %(day)s à %(hour)s : ce qui est venu après manque "
        "encore. Un conseiller retrouve votre commande avec vous.",
        **when,
    )


def words_for_staff() -> str:
    """Say the same to an assistant, who can do something about it."""
    found = _open()
    if found is None:
        return ""
    when = {"day": day(found.taken_at), "hour": hour(found.taken_at)}
    return _(
        "La sauvegarde remise date du %(day)s à %(hour)s. Cherchez le colis par son bon, et "
        "attendez la synchronisation pour le remettre.",
        **when,
    )


def _open() -> Restoration | None:
    return restorations.find_open(db.session(), has_central=acts.has_central(), now=now())
