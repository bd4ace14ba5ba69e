"""What makes templates quick: small parts that are drawn once, addresses that are built once.

A page calls a hundred small things. Jinja asks each whether it wants the context (2 µs), a macro
costs 8 µs and an address 12 µs; the same few come back on every page.
"""

from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

from flask import Flask, has_request_context, request
from jinja2 import Environment, Template
from jinja2.runtime import Context, Macro

PARTS, ADDRESSES = 1024, 4096  # kept of each macro, and in all
_ELSEWHERE = {"_external", "_scheme"}  # then the address depends on the host as well
_WANTS_MORE = "jinja_pass_arg"


class QuickContext(Context):
    """Calls plain functions straight away; all else is Jinja's own."""

    def call(self, called: Any, /, *args: Any, **given: Any) -> Any:
        """Call what a template calls."""
        kind = type(called)
        is_plain = kind is FunctionType and not hasattr(called, _WANTS_MORE)
        if not is_plain and kind is not Macro:
            return super().call(called, *args, **given)
        given.pop("_loop_vars", None)
        given.pop("_block_vars", None)
        return called(*args, **given) if is_plain else called(self.eval_ctx, *args, **given)


def loaded(environment: Environment) -> Callable[..., Template]:
    """Return `get_template` for an environment, which looks first at those it has given before.

    Jinja's own takes a lock and orders what it keeps, at each of the 33 that a card is made of.
    """
    load = environment.get_template
    known: dict[Any, Template] = {}

    def get_template(name: Any, parent: str | None = None, more: Any = None) -> Template:
        found = None if more or environment.auto_reload else known.get(name)
        if found is None:
            found = known[name] = load(name, parent, more)
        return found

    return get_template


def kept(language: Callable[[], str]) -> Callable[[Macro], Callable[..., Any]]:
    """Return what a component calls to keep what its macro draws, for each language.

    Only for macros that show nothing but their arguments, which are few words: icons, badges.
    Text and markup of the same letters are kept apart, since one of them is escaped.
    """

    def keep(macro: Macro) -> Callable[..., Any]:
        @lru_cache(maxsize=PARTS, typed=True)
        def drawn(_language: str, *args: Any, **given: Any) -> Any:
            return macro(*args, **given)

        def component(*args: Any, **given: Any) -> Any:
            return drawn(language(), *args, **given)

        return component

    return keep


def addresses(app: Flask) -> Callable[..., str]:
    """Return `url_for` for the templates of `app`, which remembers what it has built."""

    @lru_cache(maxsize=ADDRESSES, typed=True)
    def known(_root: str, endpoint: str, **values: Any) -> str:
        return app.url_for(endpoint, **values)

    def url_for(endpoint: str, **values: Any) -> str:
        is_here = has_request_context() and _ELSEWHERE.isdisjoint(values)
        if not is_here or endpoint.startswith("."):
            return app.url_for(endpoint, **values)
        return known(request.script_root, endpoint, **values)

    return url_for
