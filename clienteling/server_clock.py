"""The server's clock when it has leapt: everybody reads of it, a manager says that it is right."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, url_for
from flask_babel import format_timedelta

from clienteling import paths
from clienteling.blueprint import tablet
from store import audit, staff
from store.web import auth, steady_clock
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once


@dataclass(frozen=True, kw_only=True)
class Leap:
    """How far the clock leapt, in words, and what it says now."""

    is_ahead: bool
    by: str
    at: datetime
    may_confirm: bool


@tablet.post("/clock", endpoint="confirm_clock")
@auth.staff("manager")
@once
def confirm() -> str:
    """Believe the server's clock from now on, and show the same page again."""
    audit.write(db.session(), "clock.confirmed", now=now(), staff=g.staff, device=g.device)
    steady_clock.of(current_app).confirm()
    return paths.told() or url_for("tablet.scan")


@tablet.context_processor
def around() -> dict[str, object]:
    """Let every page of the tablet tell of a leap."""
    return {"clock_leap": find_leap}


def find_leap() -> Leap | None:
    """Return how the clock leapt, or None while it can be believed."""
    doubt = steady_clock.of(current_app).find_doubt()
    if doubt is None:
        return None
    return Leap(
        is_ahead=doubt.by.total_seconds() > 0,
        by=format_timedelta(abs(doubt.by)),
        at=now(),
        may_confirm=staff.may(g.staff, "manager"),
    )
