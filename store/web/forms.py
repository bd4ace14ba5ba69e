"""Forms that change something: each carries a key, so that the same form sent twice acts once."""

import uuid
from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from store import idempotency
from store.errors import ComptoirError, Invalid
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import see_other

P = ParamSpec("P")
V = TypeVar("V", bound=ResponseReturnValue)
W = TypeVar("W", bound=ResponseReturnValue)
KEY_LENGTH = 36


def form_key() -> str:
    """Return a fresh key for the hidden field `key` of a form."""
    return str(uuid.uuid4())


def form_uid() -> str:
    """Return a uid that is the same for the same form, however often it comes.

    Raises Invalid when the form has no key.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{_scope()}:{_form_key()}"))


def typed_number(
    name: str, *, digits: int = 5, field: str = "", otherwise: int | None = None
) -> int:
    """Return the whole number of at most so many digits that was typed; `otherwise` when none was.

    Raises Invalid, for `field` where the shown name of it is another.
    """
    text = request.form.get(name, "").strip()
    if not text and otherwise is not None:
        return otherwise
    if not text.isdecimal() or len(text) > digits:
        raise Invalid(field=field or name, problem="out_of_range" if text else "empty")
    return int(text)


def once(view: Callable[P, str]) -> Callable[P, Response]:
    """Make a handler that returns where to go next answer again when its form comes twice.

    The key, what the handler changed and where it led are committed together. A handler that
    raises leaves no trace, so that a mended form may use the same key.

    Raises Invalid when the form has no key.
    """

    @wraps(view)
    def handler(*args: P.args, **kwargs: P.kwargs) -> Response:
        key, scope = _form_key(), _scope()
        body = request.path.encode()
        known = idempotency.recall(db.session(), scope, key, body=body)
        if known is None:
            location = view(*args, **kwargs)
            known = idempotency.Answer(status=303, body={"location": location})
            idempotency.keep(db.session(), scope, key, body=body, answer=known, now=now())
            db.session.commit()
        return see_other(known.body["location"])

    return handler


def shown_again(
    show: Callable[..., V], *refusals: type[ComptoirError], fields: Collection[str] = ()
) -> Callable[[Callable[P, W]], Callable[P, V | W]]:
    """Make a handler answer with its form again when what was sent is refused.

    `show(error, …)` draws the page, with the handler's own arguments; nothing of what was tried
    remains. `refusals` are Invalid unless others are named; what is invalid in other fields than
    `fields` (when they are named) is left to the common page, and so is a form without a key.
    """

    families = refusals or (Invalid,)

    def decorate(view: Callable[P, W]) -> Callable[P, V | W]:
        @wraps(view)
        def handler(*args: P.args, **kwargs: P.kwargs) -> V | W:
            try:
                return view(*args, **kwargs)
            except families as error:
                if isinstance(error, Invalid) and not _is_shown(error.field, fields):
                    raise
                db.session.rollback()
                return show(error, *args, **kwargs)

        return handler

    return decorate


def _is_shown(field: str, fields: Collection[str]) -> bool:
    return field in fields if fields else field != "key"


def _form_key() -> str:
    key = request.form.get("key", "")
    if not 16 <= len(key) <= KEY_LENGTH:
        raise Invalid(field="key", problem="missing")
    return key


def _scope() -> str:
    device = g.get("device")
    return f"form:{device.uid if device else 'public'}"
