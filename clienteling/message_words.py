"""What customers were written, in the words of the tablet: what, when, to whom, and its end."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from store.errors import REFUSED
from store.message_queue import UNHEARD
from store.message_states import PRESSING, TROUBLE, VOID, WAITING, is_silent, is_true
from store.models import CustomerMessage, Order
from store.web.filters import clock_time, day, grouped, local, public_name, short_day, typo
from store.web.typography import BETWEEN

# what has nothing to do with who is written to: who sends is in trouble, or does not know the shop
OUR_TROUBLE = re.compile(r"5\d\d\b|40[13]\b")
ICONS = {
    "placed": "shopping-bag",
    "substitution": "package",
    "ready": "package-check",
    "reminder": "clock",
    "last_day": "calendar-check",
    "expired": "hourglass",
    "cancelled": "circle-x",
    "receipt": "circle-check",
    "reversed": "undo-2",
    "returned": "undo-2",
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the shop allows: how soon again, from when on late, and whether anybody sends.

    After `silent` a message that nobody took counts as not delivered.
    """

    cooldown: timedelta
    late: timedelta
    silent: timedelta
    can_send: bool

    def silent_since(self, now: datetime) -> datetime | None:
        """Return before when a message that waits was met by silence; None where nobody sends."""
        return now - self.silent if self.can_send else None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message; `tone` is the kind of its badge, `why` what went wrong or nothing."""

    uid: str
    order_uid: str
    icon: str
    title: str
    text: str
    state: str
    tone: str
    why: str
    may_resend: bool
    may_tell: bool
    again: str  # from when it may be sent again, while it may not


def row(
    message: CustomerMessage, order: Order, terms: Terms, *, with_order: bool, now: datetime
) -> Row:
    """Say one message; `with_order` names its order and customer too."""
    state, tone = _state(message, terms, now)
    again_at = (message.sent_at or message.created_at) + terms.cooldown
    is_settling = message.state in ("sent", "delivered") and now < again_at
    may_resend = (
        terms.can_send
        and message.state not in (*WAITING, "withdrawn", "told")
        and message.handled_at is None
        and is_true(message, order, now=now)
    )
    return Row(
        uid=message.uid,
        order_uid=order.uid,
        icon=ICONS.get(message.kind, "send"),
        title=typo(_title(message, order) if with_order else kind(message)),
        text=typo(BETWEEN.join(part for part in _facts(message) if part)),
        state=typo(state),
        tone=tone,
        why=typo(_silence(message, terms, now) or why(message)),
        may_resend=may_resend and not is_settling,
        may_tell=message.state in (*WAITING, *TROUBLE)
        and message.handled_at is None
        and not _is_spared(message),
        again=typo(_("renvoi possible à %(at)s", at=clock_time(again_at)))
        if may_resend and is_settling
        else "",
    )


def kind(message: CustomerMessage) -> str:
    """Return what a message is about."""
    return {
        "placed": _("Confirmation"),
        "substitution": _("Article manquant"),
        "ready": _("Commande prête"),
        "reminder": _("Rappel"),
        "last_day": _("Dernier jour"),
        "expired": _("Plus gardée"),
        "cancelled": _("Annulation"),
        "receipt": _("Reçu"),
        "reversed": _("Remise annulée"),
        "returned": _("Reçu de retour"),
    }.get(message.kind, message.kind)


def _title(message: CustomerMessage, order: Order) -> str:
    named = (kind(message), grouped(order.number), public_name(order.customer_name))
    return BETWEEN.join(part for part in named if part)


def _facts(message: CustomerMessage) -> list[str]:
    at = message.sent_at or message.created_at
    when = f"{short_day(local(at))}, {clock_time(at)}"
    by = {"email": _("e-mail"), "sms": _("SMS")}.get(message.channel, "")
    to = f"{by} {message.sent_to}".strip()
    asked = message.staff.name.partition(" ")[0] if message.staff else ""
    has_left = message.state in ("sent", "delivered")
    void = _("plus valable") if has_left and message.facts.get(VOID) else ""
    return [when, to, _("demandé par %(name)s", name=asked) if asked else "", void]


def _state(message: CustomerMessage, terms: Terms, now: datetime) -> tuple[str, str]:
    if message.state in WAITING:
        return _on_its_way(message, terms, now)
    return {
        "sent": (_("envoyé"), "brand"),
        "delivered": (_("arrivé"), "ok"),
        "bounced": (_("revenu"), "danger"),
        "failed": (_("pas parti"), "danger"),
        "unreachable": (_("sans adresse"), "warn"),
        "unanswered": (_("sans réponse"), "warn"),
        "told": (_("dit de vive voix"), "ok"),
    }.get(message.state, (_("plus utile"), "off"))


def _on_its_way(message: CustomerMessage, terms: Terms, now: datetime) -> tuple[str, str]:
    if not terms.can_send:
        return _("aucun envoi réglé"), "warn"
    if is_silent(message, terms.silent_since(now)):
        return _("pas parti"), "danger"
    if now - message.created_at > terms.late:
        return _("attend depuis %(at)s", at=clock_time(message.created_at)), "warn"
    return (_("nouvel essai bientôt"), "warn") if message.attempts else (_("part…"), "off")


def _silence(message: CustomerMessage, terms: Terms, now: datetime) -> str:
    """Say that nobody took a message, and that it still leaves once somebody does."""
    if not is_silent(message, terms.silent_since(now)):
        return ""
    return _(
        "Aucune réponse à l'envoi depuis %(day)s à %(at)s : appelez le client.",
        day=day(message.created_at),
        at=clock_time(message.created_at),
    )


def _is_spared(message: CustomerMessage) -> bool:
    """Tell whether a message is worth no text and had no e-mail: nobody has to call for it."""
    return message.state == "unreachable" and message.kind not in PRESSING


def why(message: CustomerMessage) -> str:
    """Say why a message did not arrive, in words that help; nothing when it may have."""
    error = message.last_error
    if _is_spared(message):
        return _("Ce message part par e-mail seulement, et le client n'en a pas donné.")
    if message.state == "unreachable":
        return _("Ni e-mail ni téléphone pour ce message : prévenez le client autrement.")
    if message.state == "unanswered":
        return _("Le client n'a pas répondu : appelez-le, ou décidez avec lui.")
    if not error or message.state in ("withdrawn", "sent", "delivered", "told"):
        return ""
    if error.startswith(REFUSED):
        return _("L'envoi est refusé (%(error)s).", error=error.removeprefix(REFUSED))
    if not re.match(r"[245]\d\d\b", error):
        is_silence = error.startswith(UNHEARD) or re.fullmatch(r"[A-Za-z]+", error)
        return _("Le serveur d'envoi ne répond pas.") if is_silence else error
    if message.state == "bounced":
        return _("Cette adresse est refusée (%(error)s).", error=error)
    if OUR_TROUBLE.match(error):
        return _("L'envoi est refusé (%(error)s).", error=error)
    return _("Le serveur d'envoi demande d'attendre (%(error)s).", error=error)
