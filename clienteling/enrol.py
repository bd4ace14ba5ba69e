"""Enrolment: a browser becomes a device of the shop by a code that the manager was shown."""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from store import devices
from store.errors import EnrolmentRefused
from store.web import auth, errors
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.htmx import see_other

enrol = Blueprint("enrol", __name__)

HOME = {"kiosk": "kiosk.home", "tablet": "root.index"}


@enrol.get("/enrol")
@auth.public
def form() -> Response:
    """Ask for the code."""
    return make_response(render_template("clienteling/enrol.html", fault=None, code=""))


@enrol.post("/enrol")
@auth.public
@limiter.limit(lookups)
def confirm() -> Response:
    """Make this browser the device, and show its first screen."""
    code = request.form.get("code", "")[:40]
    if not code.strip():
        title, advice = _("Tapez d'abord le code."), _("Il est donné par la personne responsable.")
        return _refused(errors.Fault(status=422, kind="empty", title=title, advice=advice))
    try:
        device, secret = devices.enrol(db.session(), code, now=now())
    except EnrolmentRefused as error:
        return _refused(errors.fault_of(error), code)
    db.session.commit()
    answer = see_other(url_for(HOME.get(device.kind, "root.index")))
    return auth.remember_device(answer, device, secret)


def _refused(fault: errors.Fault, code: str = "") -> Response:
    page = render_template("clienteling/enrol.html", fault=fault, code=code)
    return make_response(page, fault.status)
