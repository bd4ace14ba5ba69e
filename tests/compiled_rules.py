"""Addresses are compiled once for all applications of a run.

Werkzeug writes two functions for each address of an application, which is two thirds of the time
that making one takes. They know nothing of the application: the rule comes in when they are called.
"""

from collections.abc import Callable, Hashable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
_compile: Callable[[Rule, bool], Builder] = Rule._compile_builder
_known: dict[Hashable, Builder] = {}


def _compiled(rule: Any, append_unknown: bool = True) -> Builder:
    """Return what builds the addresses of a rule, compiled when its like was not yet seen."""
    if rule.defaults:
        return _compile(rule, append_unknown)
    like = (rule.rule, tuple(rule._trace), append_unknown)
    if like not in _known:
        _known[like] = _compile(rule, append_unknown)
    return _known[like]


def install() -> None:
    """Let every application of this process share what is compiled."""
    Rule._compile_builder = _compiled
