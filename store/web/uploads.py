"""Forms that may be larger than the others: files that staff send."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

from store.web import auth

View = TypeVar("View", bound=Callable[..., Any])
LIMIT, REFUSE = "largest_body", "too_large"


def largest_body(limit: int, *, refuse: Callable[..., Response]) -> Callable[[View], View]:
    """Let the form of a view be so many bytes large.

    `refuse`, with the view's own arguments, answers one that is larger, of which nothing is read.
    """

    def mark(view: View) -> View:
        setattr(view, LIMIT, limit)
        setattr(view, REFUSE, refuse)
        return view

    return mark


def init_app(app: Flask) -> None:
    """Set each view's own limit before anything reads the form, which its CSRF token needs."""
    app.url_value_preprocessor(_widen)


def refused() -> Response | None:
    """Return what the view in use says of a form that is too large, behind its door, or None."""
    refuse = getattr(current_app.view_functions.get(request.endpoint or ""), REFUSE, None)
    if refuse is None:
        return None
    # the form's token is looked for before anybody is let in
    return auth.guard() or refuse(**(request.view_args or {}))


def _widen(endpoint: str | None, _values: Any) -> None:
    limit = getattr(current_app.view_functions.get(endpoint or ""), LIMIT, None)
    if limit is not None:
        request.max_content_length = limit
