"""What a label says, in words and in the language of the shop; drawing knows no more than this."""

import unicodedata
from collections.abc import Sequence

from babel.numbers import get_currency_symbol
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from store.label_faces import Face, Terms
from store.web import aisle_words
from store.web.catalogue import screen_locale
from store.web.filters import money, typo
from store.web.labels.texts import Texts
from store.words import fold

ALPHABET = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | set("ŒœŸ–—‘’“”‹›•…€−")
"""What the labels' fonts draw, see config/fonts.py; the rest is told by its plain letter."""


def terms() -> Terms:
    """Return how this server's shop labels, by its settings."""
    settings = current_app.config["COMPTOIR"]
    return Terms(
        base_url=settings.labels.address.rstrip("/") or settings.address,
        language=settings.store.language,
        reduction_days=settings.labels.reduction_days,
    )


def texts(faces: Sequence[Face]) -> list[Texts]:
    """Return the words of labels in the shop's language, whatever the screen that asks for them."""
    language: str = current_app.config["COMPTOIR"].store.language
    # a context of its own, since the language is kept in the one of the request
    with current_app.app_context(), force_locale(language):
        return [_texts(face) for face in faces]


def free(mac: str) -> Texts:
    """Return the words of an electronic label that stands before nothing."""
    language: str = current_app.config["COMPTOIR"].store.language
    with current_app.app_context(), force_locale(language):
        return _blank(name=_("Étiquette libre"), about=mac, notice="")


def place(name: str, *, shop: str) -> Texts:
    """Return the words of the label of a staging place; scanners type its code without accents."""
    return Texts(name=plain(name), about=plain(shop), address=fold(name).upper(), is_place=True)


def plain(text: str) -> str:
    """Return the text in the letters that the fonts have: others lose their accents, or go."""
    text = text.replace("\u202f", "\u00a0")
    return "".join(c if c in ALPHABET else _plain_letter(c) for c in text).strip()


def _plain_letter(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if c in ALPHABET)


def _texts(face: Face) -> Texts:
    notice = {
        "withdrawn": _("Article retiré"),
        "no_price": _("Prix en caisse"),
        "long_address": "",
    }.get(face.problem, "")
    parts = filter(None, (face.colour, face.size, face.content))
    choice = typo(" · ".join(dict.fromkeys(parts)))  # a size may be the content itself
    if notice:
        return _blank(name=typo(face.name), about=_about(face, ""), notice=notice, sku=face.sku)
    number, sign, sign_first = _parts(face.price_minor, face.currency)
    was = money(face.was_minor, face.currency) if face.was_minor else ""
    return Texts(
        sku=face.sku,
        name=plain(typo(face.name)) or face.sku,
        price=plain(number),
        sign=plain(sign) or face.currency,
        sign_first=sign_first,
        address=face.address,
        gtin=face.gtin,
        instead=plain(_("au lieu de")) if was else "",
        was=plain(was),
        cut=_cut(face) if was else "",
        about=_about(face, choice),
        choice=plain(choice),
        unit=_unit(face),
        aisle=plain(aisle_words.in_words(face.aisle)),
        lowest=plain(typo(_("Prix le plus bas sur 30 jours : %(price)s", price=was)))
        if was
        else "",
        caption=plain(_("Stock en direct")),
    )


def _blank(*, name: str, about: str, notice: str, sku: str = "") -> Texts:
    return Texts(name=plain(name), about=plain(about), notice=plain(notice), sku=sku)


def _about(face: Face, choice: str) -> str:
    told = _("Réf. %(sku)s", sku=face.sku)
    return plain(f"{told} · {choice}" if choice else told)


def _parts(minor: int, currency: str) -> tuple[str, str, bool]:
    """Cut a price into its number and the sign of its currency, which comes first in English."""
    whole = money(minor, currency)
    sign = get_currency_symbol(currency, screen_locale())
    sign = sign if sign in whole else sign[:1] if sign[:1] in whole else "£"
    number = whole.replace(sign, "").strip()
    return number, sign, whole.startswith(sign)


def _cut(face: Face) -> str:
    """Return by how much the price fell, never rounded up."""
    was = face.was_minor or 1
    return plain(f"−\u00a0{(was - face.price_minor) * 100 // was}\u00a0%")


def _unit(face: Face) -> str:
    if face.unit_minor is None:
        return ""
    price = money(face.unit_minor, face.currency)
    told = {
        "kg": _("%(price)s le kg", price=price),
        "l": _("%(price)s le litre", price=price),
        "m": _("%(price)s le mètre", price=price),
        "m2": _("%(price)s le m²", price=price),
        "piece": _("%(price)s la pièce", price=price),
    }[face.unit_per]
    return plain(told)
