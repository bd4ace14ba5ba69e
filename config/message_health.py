"""What the doctor says of the messages to customers."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config.finding import Finding
from config.settings import Messages
from config.words import _, ngettext
from store import messages


def told(session: Session, chosen: Messages, *, now: datetime) -> Finding:
    """Look at what waits to be told to customers, and at what did not arrive."""
    found = messages.summary(session)
    waiting = ngettext("%d message attend", "%d messages attendent", found.waiting)
    troubled = ngettext("%d client à prévenir", "%d clients à prévenir", found.troubled)
    what = f"{waiting % found.waiting}, {troubled % found.troubled}"
    advice = _advice(found, chosen, now=now)
    state = "warning" if advice else "ok"
    return Finding(name="messages", state=state, what=what, advice=advice)


def _advice(found: messages.Summary, chosen: Messages, *, now: datetime) -> str:
    is_late = found.oldest_at is not None and (
        now - found.oldest_at > timedelta(minutes=chosen.late_minutes)
    )
    if found.waiting and not chosen.can_send:
        return _(
            "Aucun envoi n'est réglé : donnez un serveur d'e-mail ou un webhook SMS dans "
            "[messages]."
        )
    if is_late:
        return _("Les messages ne partent plus : voyez le serveur d'e-mail et le journal.")
    if found.troubled:
        return _("Des clients n'ont pas pu être joints : voyez Messages sur une tablette.")
    return ""
