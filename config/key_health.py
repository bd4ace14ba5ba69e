"""What the doctor says of the key that signs the codes of orders."""

import stat
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import folder
from config.finding import Finding
from config.words import _, ngettext
from store.models import Order
from store.pickup_states import OPEN


def tickets(session: Session, data: Path) -> Finding:
    """Look whether the key is there, readable, and nobody else's."""
    path = data / folder.TICKETS
    if not path.exists():
        return _missing(session)
    try:
        count = len(folder.ticket_seeds(data))
    except ValueError:
        count = 0
    sentence = ngettext(
        "%d clé signe les QR des commandes", "%d clés signent les QR des commandes", count
    )
    what = sentence % count
    if count == 0:
        advice = _("tickets.key est illisible : remettez-la d'une sauvegarde (comptoir restore).")
        return Finding(name="tickets", state="fault", what=what, advice=advice)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        advice = _("D'autres comptes de la machine peuvent lire tickets.key : chmod 600.")
        return Finding(name="tickets", state="warning", what=what, advice=advice)
    return Finding(name="tickets", what=what)


def _missing(session: Session) -> Finding:
    """A new key is made at the next start: what the old one signed is believed no more."""
    count = select(func.count()).select_from(Order)
    waiting = session.scalar(count.where(Order.state.in_(OPEN), Order.ticket == "")) or 0
    if not waiting:
        return Finding(name="tickets", what=_("tickets.key se fait au premier démarrage"))
    sentence = ngettext(
        "tickets.key manque, %d commande attend",
        "tickets.key manque, %d commandes attendent",
        waiting,
    )
    advice = _(
        "Les QR déjà donnés seront refusés : remettez la clé d'une sauvegarde (comptoir restore) "
        "avant de lancer le serveur."
    )
    return Finding(name="tickets", state="warning", what=sentence % waiting, advice=advice)
