"""The machine API: one module per thing, each puts its calls on the blueprint as it is imported."""

from store.web.api import (
    back_in_stock,
    changes,
    consents,
    customers,
    messages,
    openapi,
    orders,
    products,
    stock,
    visits,
)
from store.web.api.blueprint import api, hooks

THINGS = (
    back_in_stock,
    changes,
    consents,
    customers,
    messages,
    openapi,
    orders,
    products,
    stock,
    visits,
)

__all__ = ["THINGS", "api", "hooks"]
