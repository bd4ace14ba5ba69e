"""The sheet of filters: one kind at a time, each choice a link, so that all lies within reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from kiosk.blueprint import kiosk
from kiosk.screen import asked
from kiosk.screen.asked import Asked
from kiosk.screen.search import find
from store import facets, products, search_filters
from store.facets import Band, Value
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


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a search leaves under some filters; choices are counted in it, and made for `asked`."""

    found: Results
    kept: Filters
    asked: Asked


@kiosk.get("/search/filters")
@auth.device("kiosk")
def filters() -> str:
    """Show the choices of one kind, `by`, and how many articles each of them leaves."""
    wanted = asked.read()
    left = Left(found=find(wanted, limit=1, every_id=True), kept=wanted.filters, asked=wanted)
    groups = [one for one in (_group(name, left) for name in OPTIONS) if _is_choice(one)]
    by = request.args.get("by", "")
    shown = next((one for one in groups if one.name == by), groups[0] if groups else None)
    return render_template(
        "kiosk/filters.html",
        asked=wanted,
        groups=groups,
        group=_without_itself(shown, wanted) if shown and shown.chosen else shown,
        left=left.found,
        address=_address,
    )


def _address(query: dict[str, Any], **changed: str | None) -> str:
    return url_for("kiosk.filters", **(query | changed))


def _is_choice(group: Group) -> bool:
    return bool(group.chosen) or len(group.options) > 2


def _without_itself(group: Group, wanted: Asked) -> Group:
    """Return one group as the other filters leave it: what each choice says, it leaves."""
    kept = replace(wanted.filters, **NOTHING[group.name])
    found = find(replace(wanted, filters=kept, price=""), limit=1, every_id=True)
    return _group(group.name, Left(found=found, kept=kept, asked=wanted))


def _group(name: str, left: Left) -> Group:
    """Return the choices of one kind that what was found differs in."""
    title, every = _titles()[name]
    chosen = left.asked.query.get(name, "")
    kept = OPTIONS[name](left)[:MOST_OPTIONS]
    if chosen and chosen not in [one.value for one in kept]:
        kept = [Option(value=chosen, text=goods(chosen)), *kept[:-1]]
    return Group(
        name=name, title=title, chosen=chosen, options=[Option(value="", text=every), *kept]
    )


def _titles() -> dict[str, tuple[str, str]]:
    return {
        "category": (_("Rayon"), _("Tous")),
        "price": (_("Prix"), _("Tous")),
        "size": (_("Taille"), _("Toutes")),
        "colour": (_("Couleur"), _("Toutes")),
    }


def _departments(left: Left) -> list[Option]:
    if not left.asked.text:
        return _every_department(left.kept)
    found = left.found
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


def _sizes(left: Left) -> list[Option]:
    return _values(left, facets.sizes(db.session(), left.found.ids, _conditions(left)))


def _colours(left: Left) -> list[Option]:
    return _values(left, facets.colours(db.session(), left.found.ids, _conditions(left)))


def _values(left: Left, values: Sequence[Value]) -> list[Option]:
    are_counted = left.found.is_all and len(left.found.ids) <= facets.MOST_LOOKED_AT
    return [
        Option(value=one.text, text=goods(one.text), count=one.products if are_counted else None)
        for one in values
    ]


def _prices(left: Left) -> list[Option]:
    """Return the bands of what was found; a chosen one stays when others have come."""
    found = facets.prices(db.session(), left.found.ids, _conditions(left))
    wanted = left.asked.filters
    low, high = wanted.price_from_minor, wanted.price_to_minor
    chosen = [Band(from_minor=low, to_minor=high)] if low or high else []
    bands = found.bands if not chosen or chosen[0] in found.bands else [*chosen, *found.bands]
    return [
        Option(value=f"{band.from_minor}-{band.to_minor}", text=_price(band, found.currency))
        for band in bands
    ]


def _conditions(left: Left) -> list[ColumnElement[bool]]:
    return search_filters.conditions(left.kept, store_id=g.store.id)


def _price(band: Band, currency: str) -> str:
    low, high = money(band.from_minor, currency), money(band.to_minor, currency)
    if not band.from_minor:
        return _("jusqu'à %(high)s", high=high)
    if not band.to_minor:
        return _("dès %(low)s", low=low)
    return _("de %(low)s à %(high)s", low=low, high=high)


OPTIONS: dict[str, Callable[[Left], list[Option]]] = {
    "category": _departments,
    "price": _prices,
    "size": _sizes,
    "colour": _colours,
}
