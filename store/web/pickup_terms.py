"""How long this shop keeps ready orders, as its settings say."""

from typing import Any

from flask import current_app

from store.pickup_ends import Terms


def terms() -> Terms:
    """Return the terms of the server that answers."""
    return of(current_app.config["COMPTOIR"].pickups)


def of(pickups: Any) -> Terms:
    """Return the terms that the section `pickups` of the settings says."""
    return Terms(
        keep_days=pickups.keep_days,
        answer_hours=pickups.answer_hours,
        extension_days=pickups.extension_days,
        extensions=pickups.extensions,
    )
