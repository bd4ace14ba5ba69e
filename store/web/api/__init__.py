"""The machine API: one module per thing, each puts its calls on the blueprint as it is imported."""

from store.web.api import changes, openapi, orders, products, stock
from store.web.api.blueprint import api

THINGS = (changes, openapi, orders, products, stock)

__all__ = ["THINGS", "api"]
