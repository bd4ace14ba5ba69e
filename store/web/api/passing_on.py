"""What a program tells this server: whether it goes on to a hub, and whose shop it is."""

from flask import current_app

from store import stores
from store.errors import NotFound
from store.web.extensions import db


def passes_on() -> bool:
    """Tell whether what programs say here must reach a hub: a store has one, now or later.

    A hub is the last to be told. What a store pulls from it comes by another way than these calls,
    and so never goes back.
    """
    return bool(current_app.config["COMPTOIR"].server.role == "store")


def own_store() -> str:
    """Return the code of the shop that this server serves, empty where there is none."""
    if not passes_on():
        return ""
    try:
        return stores.get_own(db.session(), current_app.config["COMPTOIR"].store.code).code
    except NotFound:
        return ""
