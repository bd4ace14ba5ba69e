"""One order in the words of its sheet."""

from dataclasses import dataclass
from datetime import datetime

from clienteling.durations import duration
from store import arrivals, pickup_facts
from store.models import Delegate, Order, OrderEvent, OrderLine
from store.pickup_goods import TRANSFER
from store.pickup_states import PREPARED, TO_PREPARE
from store.web import counters, order_words
from store.web.catalogue import gettext as _
from store.web.filters import clock_time, day, grouped, hour, public_name, tone, typo


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One order as the sheet over the board shows it."""

    uid: str
    number: str
    title: str
    public_name: str
    first_name: str
    tone: int
    is_provisional: bool
    is_waiting: bool
    lead: str
    state: str
    is_open: bool
    done: str


def sheet(order: Order, *, is_open: bool, ended: OrderEvent | None, now: datetime) -> Sheet:
    """Say one order above its lines; `ended` is what cancelled it, as far as it is known."""
    name = order.customer_name or order.number
    is_shop = order.channel == TRANSFER
    return Sheet(
        uid=order.uid,
        number=order.number,
        title=typo(_title(order, is_open=is_open)),
        public_name=order_words.whose(order) or order.number,
        first_name=name if is_shop else public_name(name).partition(" ")[0],
        tone=tone(name),
        is_provisional=order.is_provisional,
        is_waiting=arrivals.is_waited_for(order, now=now),
        lead=typo(" · ".join(_lead_facts(order, now))),
        state=order.state,
        is_open=is_open,
        done=typo(" ".join(part for part in _end(order, ended) if part)),
    )


def _title(order: Order, *, is_open: bool) -> str:
    number, name = grouped(order.number), order_words.whose(order)
    if order.channel == TRANSFER:
        return _("Commande %(number)s · %(name)s", number=number, name=name)
    if not name:
        return _("Commande %(number)s", number=number)
    if is_open:
        return _("Remettre la %(number)s à %(name)s", number=number, name=name)
    return _("Commande %(number)s de %(name)s", number=number, name=name)


def _lead_facts(order: Order, now: datetime) -> list[str]:
    facts = []
    is_waiting = arrivals.is_waited_for(order, now=now)
    if is_waiting and order.arrived_at:
        seconds = int((now - order.arrived_at).total_seconds())
        facts.append(_("Sur place depuis %(wait)s", wait=duration(max(0, seconds))))
        facts.append(_("attente n° %(n)s", n=order.waiting_number))
    if order.state in TO_PREPARE:
        facts.append(_("À préparer"))
        if order.promised_at:
            facts.append(_moment(order.promised_at))
    if is_waiting:
        facts.append(_where(order))
    if order.staging_place and order.state not in ("collected", "cancelled"):
        facts.append(_("casier %(place)s", place=order.staging_place))
    if not order.paid:
        facts.append(_("à payer au retrait"))
    told = [fact for fact in facts if fact]
    return [fact[:1].upper() + fact[1:] if not at else fact for at, fact in enumerate(told)]


def _where(order: Order) -> str:
    if order.arrival_by != "car":
        return counters.in_words(order.counter)[0]
    place = order.arrival_place
    return _("en voiture, %(place)s", place=place) if place else _("en voiture")


def _moment(at: datetime) -> str:
    return _("promis %(day)s à %(hour)s", day=day(at), hour=hour(at))


def _end(order: Order, ended: OrderEvent | None) -> tuple[str, str]:
    """Say when and by whom an order ended, and why where it was not collected."""
    if order.closed_at is None:
        return "", ""
    when = {"day": day(order.closed_at), "hour": hour(order.closed_at)}
    if order.state == "cancelled":
        return _cancelled(order.closed_by or _actor(ended), when), _why(order.reason)
    if order.state == "expired" and (until := pickup_facts.kept_until(order)):
        return _("Gardée jusqu'au %(day)s.", day=day(until)), _why(order.reason)
    if order.closed_by:
        return _("Remise %(day)s à %(hour)s par %(name)s.", name=order.closed_by, **when), ""
    return _("Remise %(day)s à %(hour)s.", **when), ""


def _cancelled(name: str, when: dict[str, str]) -> str:
    if name:
        return _("Annulée %(day)s à %(hour)s par %(name)s.", name=name, **when)
    return _("Annulée %(day)s à %(hour)s.", **when)


def _actor(ended: OrderEvent | None) -> str:
    words = {"customer": _("la personne qui a commandé"), "central": _("le système central")}
    return words.get(ended.actor, "") if ended else ""


def _why(reason: str) -> str:
    """Say a reason of ours in words; one that a central system told is shown as it came."""
    words = {
        "": "",
        "customer": "",
        "no_show": _("Personne n'est venu la chercher."),
        "hold_ended": _("La réservation a pris fin."),
        "not_available": _("Un article manquait."),
        "changed_mind": _("Le client n'en voulait plus."),
        "not_suitable": _("Cela ne convenait pas."),
        "damaged": _("C'était abîmé."),
    }
    return words.get(reason, _("Raison : %(reason)s.", reason=reason))


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
    if line.state in PREPARED:
        return ""
    if why := _why_refused(line):
        return typo(_("refusé : %(why)s", why=why))
    return typo(words[line.state])


def _why_refused(line: OrderLine) -> str:
    """Say why the customer did not take what was there for them, empty where nobody noted it."""
    words = {
        "changed_mind": _("n'en voulait plus"),
        "not_suitable": _("ne convenait pas"),
        "damaged": _("abîmé"),
    }
    reason = "damaged" if line.condition == "damaged" else line.reason
    return words.get(reason, "") if line.state == "refused" else ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """By what whoever collects was recognised."""

    title: str
    text: str


PROVEN = ("qr", "code")  # what only the customer, or whom they sent, can have shown


def proof(arrived: OrderEvent, delegate: Delegate | None) -> Proof:
    """Say by what the customer, or whom they sent, was recognised as they arrived."""
    title = _("QR lu à la borne") if arrived.identity_check == "qr" else _("Code saisi à la borne")
    text = _("%(at)s, valide", at=clock_time(arrived.occurred_at))
    if delegate is not None:
        title, text = _("Code de proche saisi à la borne"), f"{delegate.first_name}, {text}"
    return Proof(title=typo(title), text=typo(text))


def shown_here(check: str, delegate: Delegate | None) -> Proof:
    """Say what was shown to this tablet as the sheet was opened by it."""
    title = _("QR lu par cette tablette") if check == "qr" else _("Code saisi sur cette tablette")
    if delegate is None:
        return Proof(title=typo(title), text=typo(_("valide")))
    title = _("Code de proche saisi sur cette tablette")
    return Proof(title=typo(title), text=typo(f"{delegate.first_name}, {_('valide')}"))


def checks() -> list[tuple[str, str]]:
    """Return the kinds of identity check and how each is said."""
    return [
        ("qr", typo(_("QR de la commande"))),
        ("code", typo(_("Code à six chiffres"))),
        ("card", typo(_("Carte de fidélité"))),
        ("known", typo(_("Personne connue"))),
        ("document", typo(_("Pièce d'identité vue"))),
    ]
