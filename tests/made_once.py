"""What every application and every database of a run has alike is made once for all of them.

Werkzeug writes two functions for each address of an application, and SQLAlchemy the text of each
statement for each engine; a test has its own of both, and that was a third of the time of a page.
Neither knows of the one for which it was made: the rule and the connection come in with the call.
"""

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_compile: Callable[[Rule], None] = Rule.compile
_rules: dict[Hashable, Any] = {}
_statements: LRUCache[Any, Any] = LRUCache(20_000)


def _compiled(rule: Any) -> None:
    """Compile a rule as the first of its like was compiled."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    like = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, defaults)
    if like not in _rules:
        _compile(rule)
        _rules[like] = rule
        return
    first = _rules[like]
    rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
    rule.arguments |= first.arguments
    rule._build = first._build.__func__.__get__(rule, None)
    rule._build_unknown = first._build_unknown.__func__.__get__(rule, None)


def _is_alike(one: object, other: object) -> bool:
    return type(one) is type(other)


def install() -> None:
    """Let everything of this process share what is compiled."""
    Rule.compile = _compiled
    Engine._compiled_cache = property(lambda _engine: _statements, lambda _engine, _own: None)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # a part of a statement's key
        dialect.__eq__ = _is_alike
        dialect.__hash__ = lambda self: hash(type(self))
