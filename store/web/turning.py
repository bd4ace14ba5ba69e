"""A form that leads to another page of ours is answered with that page: one way instead of two.

js/turn.js asks for it with the header X-Turn. Nothing else is different from a browser that follows
the redirection: the form's work is committed and over before its page is asked for, by a request
of its own, with the cookies that the form's answer set. Content-Location says which page it is.
"""

from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
OF_THE_BODY = ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "wsgi.input_terminated")


class Turned:
    """Asks the pages again for where a form leads, when the browser says that it wants that."""

    def __init__(self, pages: Wsgi) -> None:
        self._pages = pages

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("HTTP_X_TURN") is None or environ["REQUEST_METHOD"] != "POST":
            return self._pages(environ, start_response)
        answer = Response.from_app(self._pages, environ)
        return (self._page_of(answer, environ) or answer)(environ, start_response)

    def _page_of(self, answer: Response, environ: Environ) -> Response | None:
        """Return the page that a form leads to; None to leave the way to the browser."""
        place = urlsplit(answer.location or "")
        root = environ.get("SCRIPT_NAME", "")
        is_here = not place.scheme and not place.netloc and place.path.startswith(f"{root}/")
        if answer.status_code != 303 or not is_here:
            return None
        cookies = answer.headers.getlist("Set-Cookie")
        page = Response.from_app(self._pages, _asking(environ, place, cookies, root))
        if page.status_code != 200:
            return None
        page.headers = Headers([*(("Set-Cookie", one) for one in cookies), *page.headers])
        page.headers["Content-Location"] = answer.location
        return page


def _asking(environ: Environ, place: SplitResult, cookies: list[str], root: str) -> Environ:
    """Return what the browser would ask after the form's answer."""
    kept = {name: value for name, value in environ.items() if name not in OF_THE_BODY}
    path = unquote_to_bytes(place.path.removeprefix(root)).decode("latin-1")
    return kept | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": place.query,
        "HTTP_COOKIE": _held(environ.get("HTTP_COOKIE", ""), cookies),
        "wsgi.input": BytesIO(),
    }


def _held(before: str, told: list[str]) -> str:
    """Return the cookies that a browser holds once it was told of some."""
    held = dict(one.split("=", 1) for one in before.split("; ") if "=" in one)
    for line in told:
        for name, cookie in SimpleCookie(line).items():
            held.pop(name, None)
            if cookie["max-age"] != "0":
                held[name] = cookie.coded_value
    return "; ".join(f"{name}={value}" for name, value in held.items())
