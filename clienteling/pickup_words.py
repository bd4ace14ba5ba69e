"""One order in the words of its sheet."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from clienteling.durations import duration
from store.models import Order, OrderEvent, OrderLine
from store.pickup_states import PREPARED, TO_PREPARE
from store.web.filters import clock_time, day, hour, public_name, tone, typo


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One order as the sheet over the board shows it."""

    uid: str
    number: str
    public_name: str
    first_name: str
    tone: int
    lead: str
    state: str
    is_open: bool
    done: str


def sheet(order: Order, *, is_open: bool, now: datetime) -> Sheet:
    """Say one order above its lines."""
    name = order.customer_name or order.number
    return Sheet(
        uid=order.uid,
        number=order.number,
        public_name=public_name(name),
        first_name=name.partition(" ")[0],
        tone=tone(name),
        lead=typo(" · ".join(_lead_facts(order, now))),
        state=order.state,
        is_open=is_open,
        done=typo(_end(order)),
    )


def _lead_facts(order: Order, now: datetime) -> list[str]:
    facts = []
    if order.state == "customer_waiting" and order.arrived_at:
        seconds = int((now - order.arrived_at).total_seconds())
        facts.append(_("Sur place depuis %(wait)s", wait=duration(max(0, seconds))))
        facts.append(_("attente n° %(n)s", n=order.waiting_number))
    if order.state in TO_PREPARE:
        facts.append(_("À préparer"))
        if order.promised_at:
            facts.append(_moment(order.promised_at))
    if order.state == "customer_waiting" and order.counter:
        facts.append(order.counter)
    if order.staging_place and order.state not in ("collected", "cancelled"):
        facts.append(_("casier %(place)s", place=order.staging_place))
    if not order.paid:
        facts.append(_("à payer au retrait"))
    return [fact[:1].upper() + fact[1:] if not at else fact for at, fact in enumerate(facts)]


def _moment(at: datetime) -> str:
    return _("promis %(day)s à %(hour)s", day=day(at), hour=hour(at))


def _end(order: Order) -> str:
    if order.closed_at is None:
        return ""
    when = {"day": day(order.closed_at), "hour": hour(order.closed_at)}
    if order.state == "cancelled":
        return _("Annulée %(day)s à %(hour)s.", **when)
    if order.state == "expired":
        return _("Plus gardée depuis %(day)s à %(hour)s.", **when)
    if order.closed_by:
        return _("Remise %(day)s à %(hour)s par %(name)s.", name=order.closed_by, **when)
    return _("Remise %(day)s à %(hour)s.", **when)


def line_state(line: OrderLine) -> str:
    """Say the state of a line that is not ready to be handed over."""
    words = {
        "to_pick": _("à préparer"),
        "short": _("manquant"),
        "substitute_proposed": _("remplacement proposé"),
        "awaiting_transfer": _("attendu d'un autre magasin"),
        "collected": _("remis"),
        "refused": _("refusé"),
        "cancelled": _("annulé"),
    }
    return "" if line.state in PREPARED else typo(words[line.state])


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How the customer announced themselves."""

    title: str
    text: str


def proof(arrived: OrderEvent | None) -> Proof | None:
    """Say by what the customer was recognised as they arrived, None when by nothing."""
    if arrived is None or arrived.identity_check not in ("qr", "code"):
        return None
    title = _("QR lu à la borne") if arrived.identity_check == "qr" else _("Code saisi à la borne")
    at = clock_time(arrived.occurred_at)
    return Proof(title=typo(title), text=typo(_("%(at)s, valide", at=at)))


def checks() -> list[tuple[str, str]]:
    """Return the kinds of identity check and how each is said."""
    return [
        ("qr", typo(_("QR de la commande"))),
        ("code", typo(_("Code à six chiffres"))),
        ("card", typo(_("Carte de fidélité"))),
        ("known", typo(_("Personne connue"))),
        ("document", typo(_("Pièce d'identité vue"))),
    ]
