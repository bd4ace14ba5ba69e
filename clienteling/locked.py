"""What waits while nobody is signed in: a tablet that is locked rings too.

It says how many and never who: no name, no number, nothing that a passer-by may not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Response, current_app, g

from clienteling.arrival_words import ringing_name
from clienteling.blueprint import tablet
from store import acceptance, calls, ringing
from store.web import acts, arriving, auth
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import fragment

LEFT = ("unanswered", "manager", "printed")  # nobody went, or took it on, for too long


@dataclass(frozen=True, kw_only=True)
class Sound:
    """What rings; `name` is the one that it has on a tablet in use, and it sounds once for both."""

    name: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the locked tablet says and sounds; `stage` is that of what is most pressing."""

    text: str
    sounds: list[Sound]
    stage: str
    is_orders_only: bool


@tablet.get("/sign-in/waiting")
@auth.device("tablet")
def waiting() -> Response:
    """Show how many wait, to be read again."""
    return fragment("clienteling/_locked.html", **context())


def context() -> dict[str, object]:
    """Return what `_locked.html` needs; at the hub, which no customer enters, nothing waits."""
    settings = current_app.config["COMPTOIR"]
    found = None if settings.server.role == "hub" else _find()
    return {"waiting": found, "ring_again_ms": settings.pickups.ring_again_seconds * 1000}


def _find() -> Waiting | None:
    arrived, called = list(_arrived()), list(_called())
    unseen = acceptance.find_unseen(db.session(), g.store, times=acts.acceptance_times(), now=now())
    new = list(_new(unseen))
    orders = unseen.count if unseen else 0
    if not (arrived or called or orders):
        return None
    return Waiting(
        text=_text(len(arrived), orders, len(called)),
        sounds=[*arrived, *called, *new],
        stage=_most_pressing(one.stage for one in (*arrived, *called, *new)),
        is_orders_only=not (arrived or called),
    )


def _most_pressing(stages: Iterable[str]) -> str:
    """Return the stage by which the line is coloured, as that of a tablet in use would be."""
    found = set(stages)
    return next((stage for stage in LEFT if stage in found), "ringing")


def _arrived() -> Iterator[Sound]:
    """Yield who has come, also who is entrusted to one: that one may stand before this tablet."""
    times, moment = arriving.times(), now()
    for one in ringing.list_untaken(db.session(), g.store, now=moment):
        stage = times.reached(moment - one.arrived_at)
        yield Sound(name=ringing_name(one, stage), stage=stage)


def _called() -> Iterator[Sound]:
    times = acts.call_times()
    for call in calls.list_waiting(db.session(), g.store.id, times=times, now=now()):
        yield Sound(name=f"call-{call.uid}-{call.stage}", stage=call.stage)


def _new(unseen: acceptance.Unseen | None) -> Iterable[Sound]:
    if unseen is None or not unseen.stage:  # the shop is closed
        return ()
    return (Sound(name=f"new-{unseen.orders[-1].uid}-{unseen.stage}", stage=unseen.stage),)


def _text(arrived: int, orders: int, called: int) -> str:
    parts = (
        (arrived, ngettext("%(num)s arrivée", "%(num)s arrivées", arrived)),
        (orders, ngettext("%(num)s nouvelle commande", "%(num)s nouvelles commandes", orders)),
        (called, ngettext("%(num)s appel", "%(num)s appels", called)),
    )
    return ", ".join(words for many, words in parts if many)
