"""One product as customers see it, at the kiosk and on their phone: words, photos, unit price."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk import choices
from store import pictures as picture_rules
from store import unit_prices
from store.models import Product, Variant
from store.web import pictures
from store.web.catalogue import name_language, screen_locale
from store.web.extensions import db
from store.web.filters import money, typo
from store.web.pictures import Photo

LONGEST_LEAD = 60  # characters that fit beside the reference; a longer description has its own room


def context(whole: Product, chosen: Variant) -> dict[str, Any]:
    """Return what both pages show of a product and the chosen variant."""
    photos = _photos(whole, chosen)
    number = min(max(request.args.get("picture", 1, int), 1), max(len(photos), 1))
    return {
        "product": whole,
        "variant": chosen,
        **named(whole),
        "text_lang": name_language(whole.description, ""),
        "brand_lang": name_language(whole.brand, ""),
        "is_short": len(whole.description) <= LONGEST_LEAD,
        "photos": photos,
        "photo": photos[number - 1] if photos else None,
        "photo_number": number,
        "unit_price": unit_price(chosen),
        **choices.choices(whole, chosen),
    }


def named(product: Product) -> dict[str, str]:
    """Return the name that customers see, and its language where that is not the screen's."""
    shown = name(product)
    return {"name": shown, "name_lang": name_language(shown, product.name_en)}


def name(product: Product) -> str:
    """Return the name in the language of the screen, when it has one."""
    is_english = screen_locale().language == "en"
    return product.name_en if is_english and product.name_en else product.name


def _photos(whole: Product, chosen: Variant) -> Sequence[Photo]:
    found = picture_rules.list_of(db.session(), whole.id, chosen.id)
    return [pictures.photo(one) for one in found]


def unit_price(variant: Variant) -> str:
    """Return the price per kilogram, litre, metre or piece in words; empty when not known."""
    found = unit_prices.of(variant.price_minor, variant.content)
    if found is None:
        return ""
    amount = money(found.minor, variant.currency)
    words = {
        "kg": _("%(amount)s le kg", amount=amount),
        "l": _("%(amount)s le litre", amount=amount),
        "m": _("%(amount)s le mètre", amount=amount),
        "m2": _("%(amount)s le m²", amount=amount),
        "piece": _("%(amount)s la pièce", amount=amount),
    }
    return typo(f"{_content(variant.content)} · {words[found.per]}")


def _content(told: str) -> str:
    """Say in the language of the screen what a variant holds; units are the same in both."""
    number = unit_prices.pieces(told)
    return told if number is None else ngettext("%(num)s pièce", "%(num)s pièces", number)
