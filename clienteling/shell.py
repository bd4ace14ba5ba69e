"""What stands around every page of the tablet: who works, who has arrived, what waits to leave."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, g

from clienteling import arrival_words
from clienteling.arrival_words import ArrivalWords, Colleague
from clienteling.blueprint import tablet
from store import flows
from store import staff as people
from store.flows import Status
from store.models import Staff
from store.web import clock
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.extensions import db
from store.web.filters import typo


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is signed in, as the rail shows them."""

    name: str
    first_name: str


@dataclass(frozen=True, kw_only=True)
class Sync:
    """Where the exchange with the central system stands: `state` is ok, late or off."""

    state: str
    text: str


class Shell:
    """The surroundings of one page; each part is read when the page first shows it."""

    @cached_property
    def staff(self) -> Person:
        """Return who is signed in."""
        person: Staff = g.staff
        return Person(name=person.name, first_name=person.name.partition(" ")[0])

    @property
    def is_manager(self) -> bool:
        """Tell whether this person also looks after the shop's screens."""
        return people.may(g.staff, "manager")

    @property
    def lock_seconds(self) -> int:
        """Return after how long a silence the tablet locks."""
        seconds: int = current_app.config["COMPTOIR"].staff.lock_seconds
        return seconds

    @cached_property
    def arrivals(self) -> list[ArrivalWords]:
        """Return who has arrived and was not taken: each rings, the first is shown."""
        return arrival_words.list_here()

    @cached_property
    def colleagues(self) -> list[Colleague]:
        """Return to whom an arrival can be entrusted."""
        return arrival_words.colleagues()

    @property
    def ring_again_ms(self) -> int:
        """Return after how long an arrival that nobody took rings again."""
        return current_app.config["COMPTOIR"].pickups.ring_again_seconds * 1000

    @cached_property
    def sync(self) -> Sync:
        """Return what the pill says of the exchange with the central system."""
        if not current_app.config["COMPTOIR"].sync.hub_url:
            return Sync(state="ok", text=typo(_("Ce magasin seul")))
        return sync_in_words(flows.status(db.session(), now=clock.now()))


@tablet.context_processor
def around() -> dict[str, Any]:
    """Give every page of the tablet its surroundings, once somebody is signed in."""
    return {"shell": Shell()} if g.get("staff") else {}


def sync_in_words(status: Status) -> Sync:
    """Say in a word or two whether what happens here reaches the central system."""
    if status.waiting:
        waiting = ngettext("%(num)s en attente", "%(num)s en attente", status.waiting)
        state = "off" if _is_failing(status) else "late"
        return Sync(state=state, text=typo(waiting))
    if _is_failing(status):
        return Sync(state="off", text=typo(_("Siège injoignable")))
    if status.set_aside:
        aside = ngettext("%(num)s mis de côté", "%(num)s mis de côté", status.set_aside)
        return Sync(state="late", text=typo(aside))
    return Sync(state="ok", text=typo(_("À jour")))


def _is_failing(status: Status) -> bool:
    return any(flow.state == "failing" for flow in status.flows)
