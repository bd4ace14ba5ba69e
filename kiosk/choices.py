"""Choosing another variant of a product: its sizes and its colours, and where each leads."""

from dataclasses import dataclass
from typing import Any

from flask import g

from store import shades, stock
from store.models import Product, Variant
from store.web import stock_words
from store.web.catalogue import goods, goods_language
from store.web.clock import now
from store.web.extensions import db


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One size or one colour, and the variant it leads to."""

    text: str
    lang: str
    sku: str
    shade: str
    is_chosen: bool
    is_out: bool


def choices(whole: Product, chosen: Variant) -> dict[str, Any]:
    """Return the `sizes` and the `colours` of a product; a single variant has none.

    `are_shades` says that each colour is drawn by a swatch that looks like its name.
    """
    if len(whole.variants) == 1:
        return {"sizes": [], "colours": [], "are_shades": False}
    out = _out_of_stock(whole)
    drawn = shades.of_all(variant.colour for variant in whole.variants if variant.colour)
    return {
        "sizes": _along(whole, chosen, ("size", "colour"), out, {}),
        "colours": _along(whole, chosen, ("colour", "size"), out, drawn),
        "are_shades": bool(drawn),
    }


def _out_of_stock(whole: Product) -> set[int]:
    ids = [variant.id for variant in whole.variants]
    trust = stock_words.trust(db.session())
    figures = stock.figures(db.session(), ids, store_id=g.store.id, now=now(), trust=trust)
    return {number for number, figure in figures.items() if figure.level == "out"}


def _along(
    whole: Product, chosen: Variant, axes: tuple[str, str], out: set[int], drawn: dict[str, str]
) -> list[Choice]:
    """Return each value of the first axis once, leading to the variant that keeps the other's."""
    axis, other = axes
    by_value: dict[str, Variant] = {}
    for variant in whole.variants:
        keeps = getattr(variant, other) == getattr(chosen, other)
        value = getattr(variant, axis)
        if value and (value not in by_value or keeps):
            by_value[value] = variant
    return [
        Choice(
            text=goods(value),
            lang=goods_language(value),
            sku=variant.sku,
            shade=drawn.get(value, ""),
            is_chosen=value == getattr(chosen, axis),
            is_out=variant.id in out,
        )
        for value, variant in by_value.items()
    ]
