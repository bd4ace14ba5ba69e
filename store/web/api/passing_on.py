"""What a program tells this server goes on to the hub above it, when there may be one."""

from flask import current_app


def passes_on() -> bool:
    """Tell whether what programs say here must reach a hub: a store has one, now or later.

    A hub is the last to be told. What a store pulls from it comes by another way than these calls,
    and so never goes back.
    """
    return bool(current_app.config["COMPTOIR"].server.role == "store")
