"""What customers were written: on the sheet of an order, and the page of what did not arrive."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request, url_for

from clienteling import message_words as say
from clienteling.blueprint import tablet
from store import contacts, messages, pickups
from store.contacts import Reach
from store.errors import Invalid, NotFound
from store.message_states import WAITING
from store.models import CustomerMessage, Order
from store.web import auth, forms
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import masked_email, masked_phone
from store.web.htmx import fragment, page_or_block
from store.web.typography import BETWEEN

MOST = 100
REACH = ("email", "phone")
RECENT = 30
ENDED = ("sent", "delivered", "withdrawn", "told")


@tablet.get("/messages", endpoint="messages")
@auth.staff()
def show_all() -> Response:
    """Show whom somebody must tell, what waits, and what was sent last."""
    return page_or_block("clienteling/messages.html", "list", **_all())


@tablet.get("/pickups/<uid>/messages", endpoint="order_messages")
@auth.staff()
def show_of_order(uid: str) -> Response:
    """Answer what one order's customer was written, as it stands now."""
    order = pickups.get(db.session(), uid, store=g.store)
    return fragment("clienteling/_messages.html", told=of_order(order))


@tablet.post("/messages/<uid>/resend", endpoint="resend_message")
@auth.staff()
@forms.once
def resend(uid: str) -> str:
    """Send a message once more, as a new one."""
    _own(uid)
    again = messages.resend(db.session(), uid, staff=g.staff, cooldown=_terms().cooldown, now=now())
    return _back(again)


@tablet.post("/messages/<uid>/told", endpoint="tell_by_hand")
@auth.staff()
@forms.once
def tell(uid: str) -> str:
    """Note that the person signed in told the customer by other means."""
    message = _own(uid)
    messages.tell_by_hand(db.session(), uid, staff=g.staff, now=now())
    return _back(message)


@tablet.post("/pickups/<uid>/contact", endpoint="correct_contact")
@auth.staff()
@forms.shown_again(lambda fault, uid: _ask_again(uid, fault), fields=REACH)
@forms.once
def correct(uid: str) -> str:
    """Write another address or number; what is left empty stays as it is."""
    pickups.get(db.session(), uid, store=g.store)
    told = {name: request.form.get(name, "").strip() or None for name in REACH}
    contacts.correct(db.session(), uid, **told, now=now())
    return url_for("tablet.handover", uid=uid)


def _ask_again(uid: str, fault: Invalid) -> Response:
    order = pickups.get(db.session(), uid, store=g.store)
    shown = {"told": of_order(order, fault=fault.field), "order": order}
    return make_response(render_template("clienteling/contact.html", **shown), 422)


def of_order(order: Order, *, fault: str = "") -> dict[str, Any]:
    """Return what `_messages.html` shows of an order; one query."""
    rows = messages.list_of(db.session(), order)
    return {
        "order_uid": order.uid,
        "rows": _rows(rows, with_order=False),
        "contact": _masked(contacts.of_order(order)),
        "fault": fault,
        "email": request.form.get("email", ""),
        "phone": request.form.get("phone", ""),
    }


@tablet.get("/messages/link", endpoint="messages_link")
@auth.staff()
def link() -> Response:
    """Answer the way to the messages, with how many did not arrive."""
    return fragment("clienteling/_messages_link.html")


@tablet.context_processor
def untold() -> dict[str, object]:
    """Let every page of the tablet ask how many customers somebody must tell."""
    return {"messages_untold": _count}


def _count() -> int:
    if not g.get("staff"):
        return 0
    since = _terms().silent_since(now())
    return messages.count_troubled(db.session(), g.store, silent_since=since)


def _all() -> dict[str, Any]:
    session, since = db.session(), _terms().silent_since(now())
    troubled = messages.list_troubled(session, g.store, limit=MOST, silent_since=since)
    waiting = messages.list_recent(session, g.store, states=WAITING, limit=MOST)
    waiting = [one for one in waiting if one not in troubled]
    ended = messages.list_recent(session, g.store, states=ENDED, limit=RECENT)
    return {
        "troubled": _rows(troubled, with_order=True),
        "waiting": _rows(waiting, with_order=True),
        "ended": _rows(ended, with_order=True),
        "can_send": _terms().can_send,
    }


def _rows(rows: Sequence[CustomerMessage], *, with_order: bool) -> list[say.Row]:
    terms, moment = _terms(), now()
    return [
        say.row(one, one.order, terms, with_order=with_order, now=moment)
        for one in rows
        if one.order is not None
    ]


def _masked(reach: Reach) -> str:
    told = (
        masked_email(reach.email) if reach.email else "",
        masked_phone(reach.phone) if reach.phone else "",
    )
    return BETWEEN.join(part for part in told if part)


def _terms() -> say.Terms:
    chosen = current_app.config["COMPTOIR"].messages
    return say.Terms(
        cooldown=timedelta(minutes=chosen.resend_minutes),
        late=timedelta(minutes=chosen.late_minutes),
        silent=timedelta(minutes=chosen.silent_minutes),
        can_send=chosen.can_send,
    )


def _own(uid: str) -> CustomerMessage:
    """Return a message of this shop; raise NotFound for any other."""
    message = messages.get(db.session(), uid)
    if message.store_id != g.store.id:
        raise NotFound(kind="message", key=uid)
    return message


def _back(message: CustomerMessage) -> str:
    """Return the page from which somebody acted: the list, or the order's sheet."""
    if request.form.get("back") == "messages" or message.order is None:
        return url_for("tablet.messages")
    return url_for("tablet.handover", uid=message.order.uid)
