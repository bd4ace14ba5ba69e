"""Pickups in the words of the board and of the handover."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from store.errors import AlreadyCollected, ComptoirError, Invalid
from store.models import Order, OrderEvent, OrderLine
from store.pickup_states import PREPARED, TO_PREPARE
from store.pickups import Day, Pickup
from store.web.filters import clock_time, day, hour, local, public_name, short_day, tone, typo

MINUTE, HOUR, DAY = 60, 3600, 86400
TARGET_MINUTES = 5
COLUMNS = ("to_prepare", "ready", "waiting", "done", "late")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One order on the board."""

    uid: str
    number: str
    public_name: str
    text: str
    since: str
    late: bool
    action: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the board; `count` may be more than what is listed."""

    count: int
    pickups: list[Ticket]


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


def lead(today: Day) -> str:
    """Say how the day goes."""
    if today.median_wait_seconds is None:
        return typo(_("Aucune remise aujourd'hui · objectif %(n)s min", n=TARGET_MINUTES))
    wait = duration(today.median_wait_seconds)
    return typo(_("Attente médiane %(wait)s · objectif %(n)s min", wait=wait, n=TARGET_MINUTES))


def duration(seconds: int) -> str:
    """Say how long something took: 45 s, 3 min 40, 1 h 28."""
    if seconds < MINUTE:
        return _("%(n)s s", n=seconds)
    if seconds < HOUR:
        minutes, rest = divmod(seconds, MINUTE)
        return _("%(n)s min %(s)02d", n=minutes, s=rest) if rest else _("%(n)s min", n=minutes)
    return long_duration(seconds)


def long_duration(seconds: int) -> str:
    """Say how long in minutes, hours or days: 28 min, 1 h 28, 2 j."""
    if seconds < HOUR:
        return _("%(n)s min", n=seconds // MINUTE)
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return _("%(h)s h %(m)02d", h=hours, m=rest // MINUTE)
    return _("%(n)s j", n=seconds // DAY)


def ticket(pickup: Pickup, column: str, *, now: datetime, today: date) -> Ticket:
    """Say one order of a column: until when, what, where and what to do."""
    return Ticket(
        uid=pickup.uid,
        number=pickup.number,
        public_name=public_name(pickup.customer_name),
        text=typo(" · ".join(_facts(pickup, column, today))),
        since=typo(_since(pickup, column, now=now, today=today)),
        late=column == "late",
        action=_action(pickup, column),
    )


def _action(pickup: Pickup, column: str) -> str:
    if pickup.state in TO_PREPARE:
        return _("Préparer")
    return _("Remettre") if column == "waiting" else ""


def _since(pickup: Pickup, column: str, *, now: datetime, today: date) -> str:
    if column == "waiting":
        return _clocked(int((now - (pickup.arrived_at or now)).total_seconds()))
    if column == "done":
        return _waited(pickup)
    if column == "late":
        return _overdue(pickup, now=now, today=today)
    if column == "ready":
        return _("prêt %(at)s", at=_at(pickup.ready_at, today)) if pickup.ready_at else ""
    if pickup.promised_at is None:
        return ""
    return long_duration(max(0, int((pickup.promised_at - now).total_seconds())))


def _clocked(seconds: int) -> str:
    minutes, rest = divmod(max(0, seconds), MINUTE)
    return f"{minutes}:{rest:02}" if minutes < MINUTE else long_duration(seconds)


def _waited(pickup: Pickup) -> str:
    if pickup.arrived_at is None or pickup.closed_at is None:
        return ""
    return duration(int((pickup.closed_at - pickup.arrived_at).total_seconds()) // MINUTE * MINUTE)


def _overdue(pickup: Pickup, *, now: datetime, today: date) -> str:
    if pickup.state in TO_PREPARE and pickup.promised_at is not None:
        return f"+ {long_duration(int((now - pickup.promised_at).total_seconds()))}"
    days = (today - (pickup.pickup_by or today)).days
    return f"+ {_('%(n)s j', n=days)}"


def _facts(pickup: Pickup, column: str, today: date) -> list[str]:
    if column == "done":
        return [part for part in (_closed_at(pickup), pickup.closed_by) if part]
    articles = ngettext("%(num)s article", "%(num)s articles", pickup.articles)
    place = _("Casier %(place)s", place=pickup.staging_place) if pickup.staging_place else ""
    promise = _promise(pickup, today, is_late=column == "late")
    facts = [articles, promise] if pickup.state in TO_PREPARE else [place, articles]
    if column == "late" and pickup.state not in TO_PREPARE and pickup.pickup_by:
        facts.append(_("à retirer avant le %(day)s", day=short_day(pickup.pickup_by)))
    if pickup.state == "partly_collected":
        facts.append(_("reste à remettre"))
    if column == "waiting":
        facts += [_waiting(pickup), _taken(pickup)]
    return [fact for fact in facts if fact]


def _closed_at(pickup: Pickup) -> str:
    return clock_time(pickup.closed_at) if pickup.closed_at else ""


def _promise(pickup: Pickup, today: date, *, is_late: bool) -> str:
    if pickup.promised_at is None:
        return ""
    at = clock_time(pickup.promised_at)
    if local(pickup.promised_at).date() == today:
        return _("promis %(at)s", at=at) if is_late else _("avant %(at)s", at=at)
    on = short_day(pickup.promised_at)
    if is_late:
        return _("promis le %(day)s %(at)s", day=on, at=at)
    return _("avant le %(day)s %(at)s", day=on, at=at)


def _waiting(pickup: Pickup) -> str:
    return _("attente n° %(n)s", n=pickup.waiting_number) if pickup.waiting_number else ""


def _taken(pickup: Pickup) -> str:
    name = pickup.taken_by.partition(" ")[0]
    return _("%(name)s s'en occupe", name=name) if name else ""


def _at(moment: datetime, today: date) -> str:
    return clock_time(moment) if local(moment).date() == today else short_day(moment)


# --- the sheet of one order -------------------------------------------------------------------


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
    if order.staging_place:
        facts.append(_("Casier %(place)s", place=order.staging_place))
    if not order.paid:
        facts.append(_("à payer au retrait"))
    return facts


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


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What was refused on the sheet, and how to mend it."""

    title: str
    advice: str


def fault_on_sheet(refusal: ComptoirError) -> Refusal | None:
    """Say what was refused and what to do on the sheet, None when the usual words fit."""
    title = ""
    if isinstance(refusal, AlreadyCollected):
        title = _gone(refusal)
    elif isinstance(refusal, Invalid):
        title = _to_mend(refusal)
    return Refusal(title=typo(title), advice=typo(_("Rien n'a été enregistré."))) if title else None


def _gone(refusal: AlreadyCollected) -> str:
    if refusal.closed_at is None:
        return _("Ces articles ont déjà été remis.")
    when = {"day": day(refusal.closed_at), "hour": hour(refusal.closed_at)}
    if not refusal.closed_by:
        return _("Ces articles ont déjà été remis %(day)s à %(hour)s.", **when)
    name = refusal.closed_by
    return _("Ces articles ont déjà été remis %(day)s à %(hour)s par %(name)s.", name=name, **when)


def _to_mend(refusal: Invalid) -> str:
    words = {
        ("lines", "empty"): _("Aucune ligne n'est cochée."),
        ("lines", "unticked"): _("Toutes les lignes ne sont pas cochées."),
        ("check", "unknown"): _("Dites comment la personne a été reconnue."),
        ("place", "empty"): _("Indiquez où attend la commande."),
        ("place", "too_long"): _("Le nom de l'emplacement est trop long."),
    }
    return words.get((refusal.field, refusal.problem), "")
