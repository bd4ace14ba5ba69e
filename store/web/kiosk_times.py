"""The times of the kiosks as the settings give them."""

from flask import current_app


def defaults() -> dict[str, int]:
    """Return, by name, what holds for a kiosk that has no times of its own."""
    kiosk = current_app.config["COMPTOIR"].kiosk
    return {
        "browse_idle_seconds": kiosk.browse_idle_seconds,
        "personal_idle_seconds": kiosk.personal_idle_seconds,
        "countdown_seconds": kiosk.countdown_seconds,
        "confirmation_seconds": kiosk.confirmation_seconds,
        "more_time_factor": kiosk.more_time_factor,
    }
