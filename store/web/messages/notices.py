"""The one message that tells that an article is back, to whoever asked for it."""

from dataclasses import replace
from datetime import datetime

from flask import Flask, g, render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.connectors.letters import EMAIL, SMS, Letter
from store.contacts import language_of
from store.models import BackInStock, CustomerMessage
from store.web.catalogue import gettext as _
from store.web.catalogue import screen_language
from store.web.filters import in_sentence, typo
from store.web.messages import texts
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
from store.web.messages.words import Words

KIND = "back_in_stock"


def write(
    app: Flask, session: Session, message: CustomerMessage, office: Office, *, now: datetime
) -> Written:
    """Return the letter for a wish that still waits, or why there is none."""
    wish = session.scalar(select(BackInStock).where(BackInStock.uid == message.occasion))
    if wish is None or wish.ended_at is not None:
        return Written(state=OUTDATED, reason=NOT_SO)
    email, phone = _contact(wish)
    channel = channel_of(office, by_mail=bool(email), by_text=bool(phone))
    if not channel:
        return Written(state=UNREACHABLE, reason=NO_ADDRESS)
    letter = Letter(
        uid=message.uid,
        channel=channel,
        to=phone if channel == SMS else email,
        text="",
        language=language_of(wish.language) or office.language,
        at=now,
        sender=wish.store.name,
    )
    # a context of its own, since language and zone are kept in it
    with app.app_context(), force_locale(letter.language):
        g.store = wish.store
        letter = _worded(letter, wish, office)
    return Written(letter=letter, wish=wish.uid)  # to whom it went is kept nowhere


def _contact(wish: BackInStock) -> tuple[str, str]:
    if wish.customer is not None:
        return wish.customer.email, wish.customer.phone
    return (wish.contact, "") if wish.kind == "email" else ("", wish.contact)


def _worded(letter: Letter, wish: BackInStock, office: Office) -> Letter:
    address = f"{office.address}/p/{wish.variant.sku}" if office.address else ""
    text = _words(wish, address)
    if letter.channel != EMAIL:
        return replace(letter, text=texts.plain(text.text))
    name = wish.customer.first_name if wish.customer else ""
    shown = {
        "words": text,
        "store": wish.store,
        "hello": say.greeting(name),
        "address": address,
    }
    return replace(
        letter,
        subject=texts.plain(text.subject),
        text=render_template("messages/notice.txt", **shown),
        html=render_template("messages/notice.html", **shown),
    )


def _words(wish: BackInStock, address: str) -> Words:
    product = wish.variant.product
    is_english = screen_language() == "en" and product.name_en
    told = {
        "name": product.name_en if is_english else product.name,
        "store": in_sentence(wish.store.name),
    }
    return Words(
        subject=typo(_("De retour : %(name)s", name=told["name"])),
        title=typo(_("C'est de retour")),
        lead=typo(_("%(name)s est de nouveau en rayon à %(store)s.", **told)),
        notes=(typo(_("Rien n'est mis de côté : le stock change d'heure en heure.")),),
        button=_("Voir l'article") if address else "",
        text=f"{_('%(store)s : %(name)s est de nouveau en rayon.', **told)} {address}",
    )
