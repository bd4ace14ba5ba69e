"""The bare address of the server: leads this browser to the surface that it is."""

from flask import Blueprint, Response, current_app, redirect, request, url_for

from store.web import auth, languages
from store.web.htmx import see_other

root = Blueprint("root", __name__)


@root.get("/")
@auth.public
def index() -> Response:
    """Go to the kiosk, the tablet, the demo or the enrolment, whichever this browser is for."""
    settings = current_app.config["COMPTOIR"]
    if settings.demo.on and settings.server.role == "store":
        return redirect(url_for("demo.index"), 303)
    if settings.server.role == "store" and request.cookies.get(auth.cookie_name("kiosk")):
        return redirect(url_for("kiosk.home"), 303)
    if request.cookies.get(auth.cookie_name("tablet")):
        return redirect(url_for("tablet.scan" if settings.server.role == "store" else "hub.visits"), 303)
    return redirect(url_for("enrol.form"), 303)


@root.post("/language")
@auth.public
def language() -> Response:
    """Keep the language chosen on this screen and show the same page again."""
    languages.remember(request.form.get("language", ""))
    return see_other(_own_path(request.form.get("next", "")))


def _own_path(path: str) -> str:
    """Return `path` when it stays on this server, else the root."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours else "/"
