"""A message of the queue as it leaves: to whom, by which channel, in which words, drawn how."""

from dataclasses import replace
from datetime import datetime

from flask import Flask, g, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from store import contacts, message_states
from store.connectors.letters import EMAIL, SMS, Letter
from store.contacts import Reach
from store.models import CustomerMessage, Order
from store.web import qr
from store.web.filters import masked_email, masked_phone, typo
from store.web.messages import notices, texts
from store.web.messages import words as say
from store.web.messages.office import (
    NO_ADDRESS,
    NOT_SO,
    OUTDATED,
    UNREACHABLE,
    Office,
    Written,
    channel_of,
)
from store.web.messages.told import Told, told
from store.web.messages.words import Words

QR = "qr"
MODULE_PIXELS = 6
BY_TEXT = frozenset(message_states.PRESSING)  # a confirmation or a receipt is worth no text


def write(
    app: Flask, session: Session, message: CustomerMessage, office: Office, *, now: datetime
) -> Written:
    """Return a message as a letter, or why there is none."""
    if message.kind == notices.KIND:
        return notices.write(app, session, message, office, now=now)
    order = message.order
    if order is None or not message_states.is_true(message, order, now=now):
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
    is_only_mail = message.kind not in BY_TEXT or bool(message.facts.get("email"))
    by_text = bool(reach.phone) and not is_only_mail
    return channel_of(office, by_mail=bool(reach.email), by_text=by_text)


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
        text=texts.plain(text.text),
        language=reach.language or office.language,
        at=now,
        sender=order.store.name,
    )
    return letter if channel == SMS else _mail(letter, facts, text)


def _mail(letter: Letter, facts: Told, text: Words) -> Letter:
    hello = say.greeting(facts.reach.first_name)
    shown = {"told": facts, "store": facts.store, "words": text, "say": say, "hello": hello}
    picture = {QR: qr.png(facts.code_text, module_pixels=MODULE_PIXELS)} if text.has_code else {}
    return replace(
        letter,
        subject=texts.plain(text.subject),
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
