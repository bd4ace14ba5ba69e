"""A message of the queue as it leaves: to whom, by which channel, in which words, drawn how."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, g, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from store import contacts, messages
from store.connectors.letters import EMAIL, SMS, Letter
from store.contacts import Reach
from store.models import CustomerMessage, Order
from store.web import qr
from store.web.filters import masked_email, masked_phone, typo
from store.web.messages import words as say
from store.web.messages.told import Told, told
from store.web.messages.words import Words

QR = "qr"
MODULE_PIXELS = 6
BY_TEXT = frozenset(messages.PRESSING)  # a confirmation or a receipt is worth no text
UNREACHABLE, OUTDATED = "unreachable", "withdrawn"
NO_ADDRESS, NOT_SO = "no address", "not so any more"


@dataclass(frozen=True, kw_only=True)
class Office:
    """How this server writes: the channels that it has, the one preferred, and its own address.

    `address` is where the shop's pages are reached from outside, or empty.
    """

    channels: Collection[str]
    prefer: str
    address: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter to send, or the state in which the message ends without one."""

    letter: Letter | None = None
    state: str = ""
    reason: str = ""
    sent_to: str = ""


def write(
    app: Flask, session: Session, message: CustomerMessage, office: Office, *, now: datetime
) -> Written:
    """Return a message as a letter, or why there is none."""
    order = message.order
    if order is None or not messages.is_true(message, order, now=now):
        return Written(state=OUTDATED, reason=NOT_SO)
    reach = contacts.of_order(order, email=str(message.facts.get("email", "")))
    channel = _channel(message, reach, office)
    if not channel:
        return Written(state=UNREACHABLE, reason=NO_ADDRESS)
    # a context of its own, since language and zone are kept in it
    with app.app_context(), force_locale(reach.language or office.language):
        g.store = order.store
        letter = _letter(session, message, order, reach, channel, office, now=now)
    to = masked_email(reach.email) if channel == EMAIL else masked_phone(reach.phone)
    return Written(letter=letter, sent_to=to)


def _channel(message: CustomerMessage, reach: Reach, office: Office) -> str:
    """Return by which channel a message goes; empty when by none."""
    by = {EMAIL: reach.email, SMS: reach.phone if message.kind in BY_TEXT else ""}
    if message.facts.get("email"):
        by[SMS] = ""
    order = (SMS, EMAIL) if office.prefer == SMS else (EMAIL, SMS)
    return next((one for one in order if by[one] and one in office.channels), "")


def _letter(
    session: Session,
    message: CustomerMessage,
    order: Order,
    reach: Reach,
    channel: str,
    office: Office,
    *,
    now: datetime,
) -> Letter:
    facts = told(session, message, order, reach, address=office.address, now=now)
    text = _typo(say.words(facts))
    letter = Letter(
        uid=message.uid,
        channel=channel,
        to=reach.phone if channel == SMS else reach.email,
        text=say.plain(text.text),
        language=reach.language or office.language,
        at=now,
        sender=order.store.name,
    )
    return letter if channel == SMS else _mail(letter, facts, text)


def _mail(letter: Letter, facts: Told, text: Words) -> Letter:
    shown = {"told": facts, "words": text, "say": say, "hello": say.greeting(facts)}
    picture = {QR: qr.png(facts.code_text, module_pixels=MODULE_PIXELS)} if text.has_code else {}
    return replace(
        letter,
        subject=text.subject.replace("\u202f", " ").replace("\u00a0", " "),
        text=render_template("messages/letter.txt", **shown),
        html=render_template("messages/letter.html", qr=QR, **shown),
        pictures=picture,
    )


def _typo(text: Words) -> Words:
    return replace(
        text,
        subject=typo(text.subject),
        title=typo(text.title),
        lead=typo(text.lead),
        callout=typo(text.callout),
        notes=tuple(typo(note) for note in text.notes),
        items_title=typo(text.items_title),
    )
