"""A customer at a kiosk asks for somebody: every tablet rings until one of them goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, url_for

from clienteling import paths
from clienteling.blueprint import tablet
from store import calls, staff
from store.calls import Call
from store.web import acts, article_words, auth
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import screen_locale, typo
from store.web.forms import once
from store.web.htmx import fragment


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """A call as the tablet shows it; `rings` is false where it waits for its turn in silence."""

    uid: str
    place: str
    at: datetime
    stage: str
    about: str
    href: str  # to what the customer was looking at, or empty
    rings: bool


@tablet.get("/calls", endpoint="calls")
@auth.staff(shows=True)
def list_calls() -> Response:
    """Show the calls that nobody answered, to be read again."""
    return fragment("clienteling/_calls.html")


@tablet.post("/calls/<uid>", endpoint="answer_call")
@auth.staff()
@once
def answer(uid: str) -> str:
    """Go to the kiosk that called, and show the same page again."""
    calls.take(db.session(), uid, staff=g.staff, now=now())
    return paths.told() or url_for("tablet.scan")


@tablet.context_processor
def waiting() -> dict[str, Any]:
    """Let every page of the tablet ask who calls."""
    return {"waiting_calls": _waiting}


def _waiting() -> Sequence[Ringing]:
    if not g.get("staff"):
        return ()
    found = calls.list_waiting(db.session(), g.store.id, times=acts.call_times(), now=now())
    is_manager = bool(found) and staff.may(g.staff, "manager")
    return [_ringing(call, is_manager=is_manager) for call in found]


def _ringing(call: Call, *, is_manager: bool) -> Ringing:
    return Ringing(
        uid=call.uid,
        place=call.device_name,
        at=call.at,
        stage=call.stage,
        about=typo(_about(call)),
        href=url_for("tablet.stock", sku=call.sku) if call.sku else "",
        # a manager is called when nobody else could
        rings=call.stage == "unanswered" or not is_manager,
    )


def _about(call: Call) -> str:
    parts = []
    if call.sku:
        is_english = screen_locale().language == "en"
        name = call.product_en if is_english and call.product_en else call.product
        parts.append(article_words.with_choice(name, article_words.choice(call)))
    elif call.about:
        parts.append(_words(call.about))
    if call.articles:
        parts.append(
            ngettext("liste de %(num)s article", "liste de %(num)s articles", call.articles)
        )
    return ", ".join(part for part in parts if part)


def _words(about: str) -> str:
    known = {
        "list": _("devant sa liste"),
        "search": _("cherche sans trouver"),
        "pickup": _("vient retirer une commande"),
        "card": _("regarde sa carte"),
        "reservation": _("vient de réserver"),
    }
    return known.get(about, "")
