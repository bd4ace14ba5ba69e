"""PINs as they are typed on a screen: who it was, and how many wrong ones are borne."""

from collections import Counter
from collections.abc import Callable, Sequence

from flask import current_app, g, request

from store.errors import Locked, WrongPin
from store.models import Staff
from store.staff import PinPolicy
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import public_name


def called(people: Sequence[Staff]) -> dict[str, str]:
    """Return by uid what each is called among the others: Inès, or Inès B. beside another Inès.

    The whole name where initials are the same too.
    """
    names: dict[str, str] = {}
    left = list(people)
    for way in (_first_name, public_name):
        times = Counter(way(one.name).casefold() for one in people)
        names |= {one.uid: way(one.name) for one in left if times[way(one.name).casefold()] == 1}
        left = [one for one in left if one.uid not in names]
    return names | {one.uid: one.name for one in left}


def _first_name(name: str) -> str:
    return name.partition(" ")[0]


def typed(check: Callable[..., Staff], *, lock_factor: int = 1) -> Staff:
    """Return whose PIN was typed (`who`, `pin`); `check` is one of those of `store.staff`.

    A lock holds `lock_factor` times as long as on a tablet. Raises what `check` raises.
    """
    who, pin = request.form.get("who", ""), request.form.get("pin", "")
    settings = current_app.config["COMPTOIR"].staff
    policy = PinPolicy(
        attempts=settings.pin_attempts, lock_out_seconds=settings.lock_out_seconds * lock_factor
    )
    try:
        return check(db.session(), who, pin, device=g.device, policy=policy, now=now())
    except (WrongPin, Locked):
        db.session.commit()  # the count of wrong PINs must outlive the refusal
        raise
