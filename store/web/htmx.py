"""What htmx 4 sends and wants, beyond the `request.htmx` of htmx-flask."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request
from htmx_flask import request as htmx_request


def is_partial() -> bool:
    """Tell whether htmx asks for a block; a boosted or restored page wants the whole."""
    return bool(htmx_request.htmx) and request.headers.get("HX-Request-Type") != "full"


def source_id() -> str:
    """Return the id of the element that asked, empty when it has none; htmx 4's HX-Source."""
    return request.headers.get("HX-Source", "").partition("#")[2]


def page_or_block(template: str, block: str, *, status: int = 200, **context: Any) -> Response:
    """Answer the page, or to htmx only its named block; caches keep the two apart."""
    body = render_block(template, block, **context) if is_partial() else None
    return for_htmx(body or render_template(template, **context), status=status)


def fragment(template: str, **context: Any) -> Response:
    """Answer a template that is no page of its own."""
    return for_htmx(render_template(template, **context))


def for_htmx(body: str, *, status: int = 200) -> Response:
    """Answer what was drawn; caches keep it apart from the page at the same address."""
    answer = make_response(body, status)
    answer.vary.add("HX-Request")
    return answer


def render_block(template: str, block: str, **context: Any) -> str:
    """Return the text of one block of a template, with the application's usual context."""
    found = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    frame = found.new_context(context)
    return "".join(found.blocks[block](frame))


def see_other(location: str) -> Response:
    """Answer a form: go and read the page at `location` (303, whole page also under htmx)."""
    answer = make_response("", 303)
    if htmx_request.htmx:
        answer.status_code = 200
        answer.headers["HX-Redirect"] = location
    else:
        answer.headers["Location"] = location
    return answer
