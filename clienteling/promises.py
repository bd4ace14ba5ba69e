"""What the shop promises, for its manager: lead time, limit, pause, special days, places."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import preparing_words, promise_words
from clienteling.blueprint import tablet
from store import audit, changes, pickup_ends, promises, staging, stores
from store.database import take_turn
from store.errors import Invalid, NotFound
from store.models import Store
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import day, local, typo
from store.web.forms import once, shown_again, typed_number
from store.web.labels import printing

PAUSES = {"30m": 30, "1h": 60, "2h": 120}
SHOWN_DAYS = 400  # of special hours, from today


@dataclass(frozen=True, kw_only=True)
class Special:
    """A day on which the shop does not keep its usual hours."""

    key: str
    name: str
    hours: str


@tablet.get("/promises", endpoint="promises")
@auth.staff("manager")
def show() -> Response:
    """Show by when an order taken on now would be ready, and what that follows from."""
    return _page()


@tablet.get("/promises/places.pdf", endpoint="place_labels")
@auth.staff("manager")
def place_labels() -> Response:
    """Answer the labels of the staging places as PDF, to be printed and stuck on them."""
    names = [place.name for place in staging.list_places(db.session(), g.store)]
    if not names:
        raise NotFound(kind="staging_place", key="")
    shop, title = g.store.name, _("Étiquettes des casiers")
    db.session.rollback()  # drawing takes a second or two: nobody waits for our snapshot
    answer = make_response(printing.places_pdf(names, shop=shop, title=title))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="casiers.pdf"'
    return answer


@tablet.post("/promises", endpoint="set_promises")
@auth.staff("manager")
@shown_again(lambda fault: _page(fault=fault))
@once
def change() -> str:
    """Change what `act` names: limit, pause, resume, day, usual, place or close_place."""
    act = request.form.get("act", "")
    if act not in ACTS:
        raise Invalid(field="act", problem="unknown")
    session = db.session()
    take_turn(session, changes.TURN)
    store = session.get_one(Store, g.store.id, populate_existing=True)
    ACTS[act](store)
    audit.write(session, f"pickups.{act}", now=now(), staff=g.staff, device=g.device)
    session.flush()
    changes.record(session, "staff", f"store:{store.code}", now=now())
    return url_for("tablet.promises")


def _limit(store: Store) -> None:
    typed = request.form.get("per_hour", "").strip()
    per_hour = typed_number("per_hour") if typed else None
    promises.limit(store, per_hour=per_hour, lead_minutes=typed_number("lead_minutes"))


def _pause(store: Store) -> None:
    promises.pause(store, until=_until(store), now=now())


def _until(store: Store) -> datetime:
    """Return when a pause ends: after some time, or when the shop opens the next day."""
    minutes = PAUSES.get(request.form.get("lasts", ""))
    if minutes:
        return now() + timedelta(minutes=minutes)
    here = local(now())
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return stores.opening(store, midnight).opens_at or midnight


def _resume(store: Store) -> None:
    promises.pause(store, until=None, now=now())


def _day(store: Store) -> None:
    spans = [[request.form.get("opens", ""), request.form.get("closes", "")]]
    _change_day(store, spans=[] if "closed" in request.form else spans)


def _usual(store: Store) -> None:
    _change_day(store, spans=None)


def _change_day(store: Store, *, spans: list[list[str]] | None) -> None:
    changed = _date()
    promises.change_day(store, changed, spans=spans)
    pickup_ends.keep_past(db.session(), store, changed, staff=g.staff, now=now())


def _place(store: Store) -> None:
    staging.add(
        db.session(),
        store,
        request.form.get("name", ""),
        size=request.form.get("size", ""),
        capacity=typed_number("capacity"),
    )


def _close_place(store: Store) -> None:
    staging.close(db.session(), store, request.form.get("uid", ""), now=now())


ACTS = {
    "limit": _limit,
    "pause": _pause,
    "resume": _resume,
    "day": _day,
    "usual": _usual,
    "place": _place,
    "close_place": _close_place,
}


def _date() -> date:
    try:
        found = date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise Invalid(field="day", problem="malformed") from error
    if found < local(now()).date():
        raise Invalid(field="day", problem="past")
    return found


# --- shown ------------------------------------------------------------------------------------


def _page(*, fault: Invalid | None = None) -> Response:
    session, moment, store = db.session(), now(), g.store
    promised = promises.promise(session, store, now=moment)
    page = render_template(
        "clienteling/promises.html",
        store=store,
        next_promise=promise_words.moment(promised, now=moment),
        paused=promise_words.paused(store, now=moment),
        days=_special_days(store),
        places=staging.list_places(session, store),
        sizes=preparing_words.sizes(),
        size_names=dict(preparing_words.sizes()),
        today=local(moment).date().isoformat(),
        fault=_fault(fault) if fault else "",
        wrong=_wrong(fault) if fault else "",
        sent=request.values,
    )
    return make_response(page, 422 if fault else 200)


def _wrong(fault: Invalid) -> str:
    """Return the field that is to be mended, as the form names it."""
    if fault.field != "special_hours":
        return fault.field
    try:
        time.fromisoformat(request.form.get("opens", ""))
    except ValueError:
        return "opens"
    return "closes"


def _special_days(store: Store) -> list[Special]:
    today = local(now()).date().isoformat()
    coming = [key for key in sorted(store.special_hours or {}) if key >= today]
    return [_special(key, store.special_hours[key]) for key in coming[:SHOWN_DAYS]]


def _special(key: str, spans: list[list[str]]) -> Special:
    hours = ", ".join(f"{opens} – {closes}" for opens, closes in spans) or _("fermé")
    return Special(key=key, name=day(date.fromisoformat(key)), hours=typo(hours))


def _fault(fault: Invalid) -> str:
    """Say what to mend."""
    words = {
        "per_hour": _("De 1 à 1 000 commandes, ou rien pour ne pas limiter."),
        "lead_minutes": _("De 0 à 10 080 minutes, soit une semaine."),
        "until": _("Une pause dure un mois au plus."),
        "special_hours": _("Indiquez l'ouverture et la fermeture, par exemple 09:00 et 17:00."),
        "day": _("Choisissez un jour à venir."),
        "name": _("Donnez au casier un nom de 20 caractères au plus, par exemple B-04."),
        "capacity": _("De 1 à 99 commandes."),
    }
    return typo(words.get(fault.field, _("Une valeur n'est pas possible.")))
