"""Who has come and is waited on by nobody, in the words of the tablets' alert."""

from dataclasses import dataclass
from datetime import datetime

from flask import g

from clienteling.durations import long_duration
from store import arrivals, ringing
from store import staff as people
from store.models import Order
from store.pickup_states import TO_PREPARE
from store.ringing import Arrival
from store.web import arriving, counters, restored
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import grouped, public_name, typo


@dataclass(frozen=True, kw_only=True)
class ArrivalWords:
    """A customer who waits and whom nobody looks after yet; `stage` as in store.ringing.

    `name` names the ringing: it changes with the stage, so that it sounds at once.
    """

    uid: str
    name: str
    stage: str
    public_name: str
    title: str
    text: str
    arrived_at: datetime
    is_mine: bool  # a colleague asks the person here to go


@dataclass(frozen=True, kw_only=True)
class WaitingHere:
    """A customer who waits for the order of a sheet; `warning` is empty when all is known."""

    uid: str
    warning: str


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody to whom an arrival can be entrusted."""

    uid: str
    first_name: str


def list_here() -> list[ArrivalWords]:
    """Return who rings where the person signed in works, who has waited longest first.

    What a colleague has entrusted to them comes before.
    """
    times, moment = arriving.times(), now()
    found = [
        arrival
        for arrival in ringing.list_untaken(db.session(), g.store, now=moment)
        if ringing.concerns(arrival, g.staff.id, times=times, now=moment)
    ]
    found.sort(key=lambda arrival: (arrival.to != g.staff.id, arrival.arrived_at))
    return [_words(one, times.reached(moment - one.arrived_at)) for one in found]


def ringing_name(arrival: Arrival, stage: str) -> str:
    """Return by which name an arrival rings at a stage, on every tablet the same.

    Another one once the order is ready for which somebody waits: it can be given now.
    """
    name = f"{arrival.uid}-ready" if arrival.has_waited_for_it else arrival.uid
    return name if stage == "ringing" else f"{name}-{stage}"


def on_sheet(order: Order) -> WaitingHere | None:
    """Return what the sheet of an order says of the customer who waits for it, None for nobody."""
    if not arrivals.is_waited_for(order, now=now()):
        return None
    is_behind = not order.is_provisional and restored.is_behind()
    return WaitingHere(
        uid=order.uid,
        warning=typo(_("Sauvegarde remise : vérifiez que rien n'a déjà été remis."))
        if is_behind
        else "",
    )


def colleagues() -> list[Colleague]:
    """Return who else works in the store, by name."""
    found = people.list_for(db.session(), g.store)
    return [
        Colleague(uid=person.uid, first_name=person.name.partition(" ")[0])
        for person in found
        if person.id != g.staff.id and person.store_id == g.store.id
    ]


def _words(arrival: Arrival, stage: str) -> ArrivalWords:
    name = public_name(arrival.customer_name) or grouped(arrival.number)
    is_mine = arrival.to == g.staff.id
    return ArrivalWords(
        uid=arrival.uid,
        name=ringing_name(arrival, "mine" if is_mine else stage),
        stage=stage,
        public_name=name,
        title=typo(_title(arrival, stage, _who(arrival, name), is_mine=is_mine)),
        text=typo(" ".join(part for part in _parts(arrival) if part)),
        arrived_at=arrival.arrived_at,
        is_mine=is_mine,
    )


def _who(arrival: Arrival, name: str) -> str:
    if not arrival.delegate:
        return name
    return _("%(who)s (pour %(name)s)", who=arrival.delegate, name=name)


def _title(arrival: Arrival, stage: str, name: str, *, is_mine: bool) -> str:
    if is_mine:
        who = arrival.asked_by.partition(" ")[0]
        return _("%(who)s vous confie %(name)s", who=who, name=name)
    if stage == "ringing" and not arrival.has_waited_for_it:
        return _("%(name)s vient d'arriver", name=name)
    wait = long_duration(int((now() - arrival.arrived_at).total_seconds()))
    if arrival.has_waited_for_it:
        return _("Commande prête : %(name)s attend depuis %(wait)s", name=name, wait=wait)
    if stage == "unanswered":
        return _("%(name)s attend depuis %(wait)s, personne n'y est allé", name=name, wait=wait)
    return _("%(name)s attend depuis %(wait)s", name=name, wait=wait)


def _parts(arrival: Arrival) -> tuple[str, ...]:
    """Say what waits and where; what the customer holds is a number, so that is said last."""
    return (
        _order(arrival),
        _missing(arrival),
        _where(arrival),
        _warning(arrival),
        _number(arrival),
    )


def _order(arrival: Arrival) -> str:
    number, place = grouped(arrival.number), arrival.staging_place
    if arrival.is_provisional:
        return _("Commande %(number)s, QR vérifié, pas encore reçue du siège.", number=number)
    if arrival.state in TO_PREPARE:
        return _("Commande %(number)s, pas encore prête.", number=number)
    if place:
        return _("Commande %(number)s, prête, casier %(place)s.", number=number, place=place)
    return _("Commande %(number)s, prête.", number=number)


def _missing(arrival: Arrival) -> str:
    if not arrival.missing or arrival.state in TO_PREPARE:
        return ""
    return ngettext("Il manque %(num)s article.", "Il manque %(num)s articles.", arrival.missing)


def _where(arrival: Arrival) -> str:
    if arrival.arrival_by == "car" and arrival.arrival_place:
        return _("En voiture : %(place)s.", place=arrival.arrival_place)
    if arrival.arrival_by == "car":
        return _("En voiture.")
    if not arrival.counter:
        return ""
    return _("Attend ici : %(counter)s.", counter=counters.in_words(arrival.counter)[0])


def _warning(arrival: Arrival) -> str:
    """Warn where a backup was put back: what it shows as ready may have left since."""
    if arrival.is_provisional or not restored.is_behind():
        return ""
    return _("Sauvegarde remise : vérifiez que rien n'a déjà été remis.")


def _number(arrival: Arrival) -> str:
    if arrival.waiting_number is None:
        return ""
    return _("Numéro d'attente %(n)s.", n=arrival.waiting_number)
