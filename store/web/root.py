"""The bare address of the server: leads this browser to the surface that it is."""

from flask import Blueprint, Response, current_app, request, url_for

from store import stores
from store.errors import NotFound
from store.web import addresses, auth, languages
from store.web.extensions import db
from store.web.htmx import see_other

root = Blueprint("root", __name__)


@root.get("/")
@auth.public
def index() -> Response:
    """Go to the kiosk, the tablet or the demo, whichever this browser is for.

    A stranger is a customer with a phone in a shop; at the hub, and where no shop is known yet, a
    screen to be enrolled.
    """
    return see_other(url_for(_first_page()))


@root.get("/tablet")
@root.get("/tablet/")
@auth.public
def tablet() -> Response:
    """Lead who types the tablet's address by hand to its first page."""
    return see_other(url_for("tablet.scan" if _is_store() else "hub.visits"))


def _is_store() -> bool:
    return bool(current_app.config["COMPTOIR"].server.role == "store")


def _first_page() -> str:
    settings = current_app.config["COMPTOIR"]
    is_store = _is_store()
    if settings.demo.on and is_store:
        return "demo.index"
    if is_store and request.cookies.get(auth.cookie_name("kiosk")):
        return "kiosk.home"
    if request.cookies.get(auth.cookie_name("tablet")):
        return "tablet.scan" if is_store else "hub.visits"
    if settings.demo.on:
        return "demo.index"
    return "phone.home" if is_store and _has_shop(settings.store.code) else "enrol.form"


def _has_shop(code: str) -> bool:
    try:
        stores.get_own(db.session(), code)
    except NotFound:
        return False
    return True


@root.post("/language")
@auth.public
def language() -> Response:
    """Keep the language chosen on this screen and show the same page again."""
    languages.remember(request.form.get("language", ""))
    return see_other(_own_path(request.form.get("next", "")))


def _own_path(path: str) -> str:
    """Return `path` when it stays on this server, else the root."""
    return path if addresses.is_own(path) else "/"
