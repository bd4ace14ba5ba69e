"""Forms that may be larger than the others: files that staff send."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
LIMIT = "largest_body"


def largest_body(limit: int) -> Callable[[View], View]:
    """Let the form of a view be so many bytes large."""

    def mark(view: View) -> View:
        setattr(view, LIMIT, limit)
        return view

    return mark


def init_app(app: Flask) -> None:
    """Set each view's own limit before anything reads the form, which its CSRF token needs."""
    app.url_value_preprocessor(_widen)


def _widen(endpoint: str | None, _values: Any) -> None:
    limit = getattr(current_app.view_functions.get(endpoint or ""), LIMIT, None)
    if limit is not None:
        request.max_content_length = limit
