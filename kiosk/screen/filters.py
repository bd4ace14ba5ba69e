"""The sheet of filters: one kind at a time, each choice a link, so that all lies within reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from kiosk.blueprint import kiosk
from kiosk.screen import asked
from kiosk.screen.asked import Asked
from kiosk.screen.search import find
from store import facets, products, search_filters
from store.facets import Band, Facets, Value
from store.search import Filters, Results
from store.web import auth
from store.web.catalogue import goods
from store.web.extensions import db
from store.web.filters import money

MOST_OPTIONS = 11
# what a group asks for, taken off again
NOTHING: dict[str, dict[str, Any]] = {
    "category": {"category": ""},
    "price": {"price_from_minor": 0, "price_to_minor": 0},
    "size": {"size": ""},
    "colour": {"colour": ""},
}


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
    """Show the choices of one kind, `by`, and how many articles each of them leaves."""
    wanted = asked.read()
    left = find(wanted, limit=1)
    groups = [one for one in _groups(left, wanted.filters, wanted) if _is_choice(one)]
    by = request.args.get("by", "")
    shown = next((one for one in groups if one.name == by), groups[0] if groups else None)
    return render_template(
        "kiosk/filters.html",
        asked=wanted,
        groups=groups,
        group=_without_itself(shown.name, wanted) if shown else None,
        left=left,
        address=_address,
    )


def _address(query: dict[str, Any], **changed: str | None) -> str:
    return url_for("kiosk.filters", **(query | changed))


def _is_choice(group: Group) -> bool:
    return bool(group.chosen) or len(group.options) > 2


def _without_itself(name: str, wanted: Asked) -> Group:
    """Return one group as the other filters leave it: what each choice says, it leaves."""
    kept = replace(wanted.filters, **NOTHING[name])
    found = find(replace(wanted, filters=kept, price=""), limit=1)
    return next(one for one in _groups(found, kept, wanted) if one.name == name)


def _groups(found: Results, kept: Filters, wanted: Asked) -> list[Group]:
    """Return the choices that what was found under some filters differs in."""
    conditions = search_filters.conditions(kept, store_id=g.store.id)
    differ = facets.of(db.session(), found.ids, conditions)
    are_counted = found.is_all and len(found.ids) <= facets.MOST_LOOKED_AT
    departments = _departments(found) if wanted.text else _every_department(kept)
    sizes, colours = (_values(some, are_counted) for some in (differ.sizes, differ.colours))
    return [
        _group("category", _("Rayon"), _("Tous"), departments, wanted),
        _group("price", _("Prix"), _("Tous"), _prices(differ, wanted), wanted),
        _group("size", _("Taille"), _("Toutes"), sizes, wanted),
        _group("colour", _("Couleur"), _("Toutes"), colours, wanted),
    ]


def _group(name: str, title: str, every: str, found: list[Option], wanted: Asked) -> Group:
    chosen = wanted.query.get(name, "")
    kept = found[:MOST_OPTIONS]
    if chosen and chosen not in [one.value for one in kept]:
        kept = [Option(value=chosen, text=goods(chosen)), *kept[:-1]]
    return Group(
        name=name, title=title, chosen=chosen, options=[Option(value="", text=every), *kept]
    )


def _departments(found: Results) -> list[Option]:
    return [
        Option(value=name, text=goods(name), count=count if found.is_all else None)
        for name, count in found.categories
    ]


def _every_department(kept: Filters) -> list[Option]:
    """Return all departments; what stands in them is counted where nothing narrows it."""
    is_whole = replace(kept, category="") == Filters()
    return [
        Option(value=one.name, text=goods(one.name), count=one.products if is_whole else None)
        for one in products.list_categories(db.session())
    ]


def _values(found: Sequence[Value], are_counted: bool) -> list[Option]:
    return [
        Option(value=one.text, text=goods(one.text), count=one.products if are_counted else None)
        for one in found
    ]


def _prices(found: Facets, wanted: Asked) -> list[Option]:
    """Return the bands of what was found; a chosen one stays when others have come."""
    low, high = wanted.filters.price_from_minor, wanted.filters.price_to_minor
    chosen = [Band(from_minor=low, to_minor=high)] if low or high else []
    bands = found.bands if not chosen or chosen[0] in found.bands else [*chosen, *found.bands]
    return [
        Option(value=f"{band.from_minor}-{band.to_minor}", text=_price(band, found.currency))
        for band in bands
    ]


def _price(band: Band, currency: str) -> str:
    low, high = money(band.from_minor, currency), money(band.to_minor, currency)
    if not band.from_minor:
        return _("jusqu'à %(high)s", high=high)
    if not band.to_minor:
        return _("dès %(low)s", low=low)
    return _("de %(low)s à %(high)s", low=low, high=high)
