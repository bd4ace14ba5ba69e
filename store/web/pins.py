"""PINs as they are typed on a screen: who it was, and how many wrong ones are borne."""

from collections.abc import Callable

from flask import current_app, g, request

from store.errors import Locked, WrongPin
from store.models import Staff
from store.staff import PinPolicy
from store.web.clock import now
from store.web.extensions import db


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
