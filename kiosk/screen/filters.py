"""The sheet of filters: one kind at a time, each choice a link, so that all lies within reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from kiosk.blueprint import kiosk
from kiosk.screen import asked
from kiosk.screen.asked import Asked
from kiosk.screen.search import find
from store import facets, products
from store.facets import Band, Facets, Value
from store.search import Filters, Results
from store.web import auth
from store.web.catalogue import goods
from store.web.extensions import db
from store.web.filters import money

MOST_OPTIONS = 11


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a group; `count` is None where counting would cost too much."""

    value: str
    text: str
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The choices of one kind, of which one holds; the first, without a value, is to have all."""

    name: str
    title: str
    chosen: str
    options: Sequence[Option] = field(default_factory=list)


@kiosk.get("/search/filters")
@auth.device("kiosk")
def filters() -> str:
    """Show the choices of one kind, `by`, and how many articles they leave."""
    wanted = asked.read()
    whole = Asked(text=wanted.text, filters=Filters(), price="", page=1, code=wanted.code)
    groups = _groups(find(whole, limit=1), wanted)
    by = request.args.get("by", "")
    return render_template(
        "kiosk/filters.html",
        asked=wanted,
        groups=groups,
        group=next((one for one in groups if one.name == by), groups[0] if groups else None),
        left=find(wanted, limit=1),
        address=_address,
    )


def _address(query: dict[str, Any], **changed: str | None) -> str:
    return url_for("kiosk.filters", **(query | changed))


def _groups(results: Results, wanted: Asked) -> list[Group]:
    differ = facets.of(db.session(), results.ids)
    every = [
        _group("category", _("Rayon"), _("Tous"), _departments(results, wanted), wanted),
        _group("price", _("Prix"), _("Tous"), _prices(differ), wanted),
        _group("size", _("Taille"), _("Toutes"), _values(differ.sizes), wanted),
        _group("colour", _("Couleur"), _("Toutes"), _values(differ.colours), wanted),
    ]
    return [one for one in every if len(one.options) > 1]


def _group(name: str, title: str, every: str, found: list[Option], wanted: Asked) -> Group:
    chosen = wanted.query.get(name, "")
    kept = found[:MOST_OPTIONS]
    if chosen and chosen not in [one.value for one in kept]:
        kept = [Option(value=chosen, text=goods(chosen)), *kept[:-1]]
    return Group(
        name=name, title=title, chosen=chosen, options=[Option(value="", text=every), *kept]
    )


def _departments(results: Results, wanted: Asked) -> list[Option]:
    """Return the departments of what was found, or all of them before a word."""
    if not wanted.text:
        every = products.list_categories(db.session())
        return [Option(value=one.name, text=goods(one.name), count=one.products) for one in every]
    is_all = results.is_all
    return [
        Option(value=name, text=goods(name), count=count if is_all else None)
        for name, count in results.categories
    ]


def _values(found: Sequence[Value]) -> list[Option]:
    return [Option(value=one.text, text=goods(one.text), count=one.products) for one in found]


def _prices(found: Facets) -> list[Option]:
    return [
        Option(value=f"{band.from_minor}-{band.to_minor}", text=_price(band, found.currency))
        for band in found.bands
    ]


def _price(band: Band, currency: str) -> str:
    low, high = money(band.from_minor, currency), money(band.to_minor, currency)
    if not band.from_minor:
        return _("jusqu'à %(high)s", high=high)
    if not band.to_minor:
        return _("dès %(low)s", low=low)
    return _("de %(low)s à %(high)s", low=low, high=high)
