"""Six digits can be guessed: a kiosk given too many wrong ones takes no more for a while."""

from flask import current_app, g
from limits import RateLimitItemPerMinute

from store.web.extensions import limiter


def is_over() -> bool:
    """Tell whether this kiosk takes no more six digits for now."""
    return not limiter.limiter.test(_limit(), _who())


def note() -> None:
    """Count a wrong code."""
    limiter.limiter.hit(_limit(), _who())


def _limit() -> RateLimitItemPerMinute:
    chosen = current_app.config["COMPTOIR"].pickups
    return RateLimitItemPerMinute(chosen.wrong_codes, chosen.wrong_code_minutes)


def _who() -> str:
    return f"wrong-codes:{g.device.uid}"
