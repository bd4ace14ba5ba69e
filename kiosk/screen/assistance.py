"""Calling an assistant: the tablets ring."""

from flask import Response, g, render_template, url_for

from kiosk.blueprint import kiosk
from store import calls
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import see_other


@kiosk.post("/help", endpoint="help")
@auth.device("kiosk")
def call() -> Response:
    """Ring the tablets and say that somebody comes."""
    calls.ring(db.session(), g.device, now=now())
    db.session.commit()
    return see_other(url_for("kiosk.called"))


@kiosk.get("/help")
@auth.device("kiosk")
def called() -> str:
    """Say that an assistant was called."""
    return render_template("kiosk/called.html")
