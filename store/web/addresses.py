"""Addresses: ours as a QR carries them, in upper case so that it stays small, and told ones."""

from urllib.parse import SplitResult, urlsplit

from flask import current_app, request

NOWHERE = SplitResult("", "", "", "", "")
# what opens on a customer's own phone; a printed code is in upper case, /01/ stands on packagings
ON_PHONES = ("/p/", "/P/", "/01/")


def printed(path: str) -> str:
    """Return the whole address of a path in upper case, for a QR that a phone reads."""
    public = current_app.config["COMPTOIR"].server.public_url or request.host_url
    return public.rstrip("/").upper() + path.upper()


def parts(address: str) -> SplitResult:
    """Return the parts of an address that a browser told; none of them when it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # such as an opening bracket without its end
        return NOWHERE


def of_page() -> str:
    """Return the path of the page that is shown; of an answered form, the page that asks for it.

    That is the one at the form's own path, or the nearest above it.
    """
    if request.method == "GET":
        return request.full_path
    adapter = current_app.create_url_adapter(request)
    steps = request.path.split("/")
    while adapter is not None and len(steps) > 1:
        path = "/".join(steps)
        if adapter.test(path, method="GET"):
            query = request.query_string.decode()
            return f"{path}?{query}" if path == request.path and query else path
        steps.pop()
    return "/"


def is_on_a_phone(path: str) -> bool:
    """Tell whether a path is one of those that customers open on their own phone."""
    return path.startswith(ON_PHONES)


def is_own(path: str) -> bool:
    """Tell whether a told path stays on this server wherever it is sent to.

    Browsers and libraries leave tabs and line ends out: a path with one is another path to them.
    """
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
