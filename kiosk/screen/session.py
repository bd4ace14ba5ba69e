"""The session of one customer at the kiosk: its comforts, its silence, and its end."""

from typing import Any

from flask import (
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)

from kiosk.blueprint import kiosk
from kiosk.screen import visitor
from store import screens
from store.web import addresses, auth, kiosk_times, languages
from store.web.extensions import db
from store.web.htmx import see_other

# what a customer may set, and the values; the first is the default
COMFORTS = {
    "reach": ("", "low"),
    "text": ("", "large", "double"),
    "contrast": ("", "more"),
    "motion": ("", "less"),
    "time": ("", "more"),
    "speech": ("", "on"),
    "volume": ("", "low", "high"),
}


@kiosk.context_processor
def context() -> dict[str, Any]:
    """Give every screen of the kiosk its comforts and its times."""
    silence = idle() if g.get("device") is not None else None
    return {"ui": comforts(), "idle": silence, "is_english": languages.choose() == "en"}


def comforts() -> dict[str, str]:
    """Return what this customer has set: one value of each."""
    return {name: session.get(name, "") for name in COMFORTS}


def idle(*, personal: bool = False) -> dict[str, int]:
    """Return the seconds of silence before the question and those of its countdown.

    A screen with a name, a card or an order is `personal`. Both are longer for somebody who has
    set a comfort; `more_seconds` and `more_countdown` are what asking for more time would make of
    them, 0 when that was asked for already.
    """
    silence = "personal_idle_seconds" if personal else "browse_idle_seconds"
    own = _times()
    longer = 0 if comforts()["time"] else own["more_time_factor"]
    return {
        "seconds": own[silence] * factor(),
        "countdown": own["countdown_seconds"] * factor(),
        "more_seconds": own[silence] * longer,
        "more_countdown": own["countdown_seconds"] * longer,
    }


def seconds(name: str) -> int:
    """Return one of this kiosk's times, as long as this customer needs it."""
    return _times()[name] * factor()


def factor() -> int:
    """Return by how much this customer's times are longer: asked for, or with any comfort."""
    chosen = comforts()
    if chosen["time"]:
        return _times()["more_time_factor"]
    times = current_app.config["COMPTOIR"].kiosk
    return times.accessible_factor if any(chosen.values()) else 1


def _times() -> dict[str, int]:
    return screens.times(g.device, kiosk_times.defaults())


@kiosk.get("/settings")
@auth.device("kiosk")
def settings() -> str:
    """Offer the language and the comforts; leads back to the page it came from."""
    back_to = _own(request.args.get("from", "")) or _page_before()
    return render_template("kiosk/settings.html", back_to=back_to, times=_times())


@kiosk.post("/settings")
@auth.device("kiosk")
def choose() -> Response:
    """Keep one choice of this customer and show the same page again."""
    languages.remember(request.form.get("language", ""))
    for name, values in COMFORTS.items():
        if request.form.get(name) in values:
            session[name] = request.form[name]
    return see_other(_own(request.form.get("next", "")) or _page_before())


@kiosk.get("/afresh")
@auth.device("kiosk")
def afresh() -> Response:
    """Lead home from a page that broke off; what its customer had begun is ended on the way.

    The kiosk's watchdog opens this (config/deploy/kiosk). The page ends the session by its form.
    """
    if not visitor.is_used():
        return visitor.go_home()
    return make_response(render_template("kiosk/afresh.html", idle=None))


@kiosk.post("/end")
@auth.device("kiosk")
def end() -> Response:
    """Forget everything of this customer, in the browser too, and show the home."""
    visitor.end()
    db.session.commit()
    answer = visitor.go_home()
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _page_before() -> str:
    """Return the kiosk's page that the browser comes from, else the home.

    The address is read from the browser and not from the form: a search that is being typed
    changes it without changing the form.
    """
    came_from = addresses.parts(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    is_own = came_from.netloc == request.host and path != url_for("kiosk.settings")
    return (_own(path) if is_own else "") or url_for("kiosk.home")


def _own(path: str) -> str:
    """Return the path when it is one of the kiosk's own, else an empty text."""
    home = url_for("kiosk.home")
    is_kiosk_s = path.startswith(home) and "\\" not in path
    return path if is_kiosk_s and addresses.is_own(path) else ""
