"""comptoir stock: the figures against the movements that they follow from."""

import sys
from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.cli.context import json_option, now, print_json, reading, writing
from config.settings import Settings
from config.words import _
from store import levels
from store import stock as figures
from store.models import Store, Variant
from store.stock import Drift

MOST_SHOWN = 20


@click.group(help=_("Le stock : comparer les chiffres aux mouvements, les recalculer."))
def stock() -> None: ...


@stock.command(help=_("Dire quels chiffres ne sont pas la somme de leurs mouvements."))
@json_option
@click.pass_obj
def check(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        wrong = describe(session, figures.compare(session))
    if as_json:
        print_json({"differ": len(wrong), "levels": wrong})
    elif wrong:
        show(wrong)
        click.echo(_("→ Pour réparer : comptoir stock rebuild"))
    else:
        click.echo(_("Tous les chiffres sont la somme de leurs mouvements."))
    sys.exit(1 if wrong else 0)


@stock.command(help=_("Recalculer tous les chiffres depuis les mouvements, et le prouver."))
@json_option
@click.pass_obj
def rebuild(settings: Settings, as_json: bool) -> None:
    with writing(settings) as session:
        mended = describe(session, figures.rebuild(session, now=now()))
        left = describe(session, figures.compare(session))
    if as_json:
        print_json({"mended": len(mended), "differ": len(left), "levels": mended})
    else:
        show(mended)
        click.echo(_("Recalculés : %d ; encore différents : %d") % (len(mended), len(left)))
    sys.exit(1 if left else 0)


def describe(session: Session, drifts: Sequence[Drift]) -> list[dict[str, Any]]:
    """Return what differs with the codes that people know."""
    stores = {row.id: row.code for row in session.execute(select(Store.id, Store.code))}
    return [
        {
            "store": stores.get(drift.store_id, drift.store_id),
            "sku": session.scalar(select(Variant.sku).where(Variant.id == drift.variant_id)),
            "kept": named(drift.kept),
            "derived": named(drift.derived),
        }
        for drift in drifts
    ]


def named(values: tuple[Any, ...] | None) -> dict[str, Any] | None:
    return dict(zip(levels.DERIVED, values, strict=True)) if values else None


def show(wrong: Sequence[dict[str, Any]]) -> None:
    """Print one line a level: the figure that was kept, and the one that the movements give."""
    for one in wrong[:MOST_SHOWN]:
        kept, derived = (brief(one[side]) for side in ("kept", "derived"))
        click.echo("\t".join((str(one["store"]), str(one["sku"]), f"{kept} → {derived}")))
    if len(wrong) > MOST_SHOWN:
        click.echo(_("… et %d autres") % (len(wrong) - MOST_SHOWN))


def brief(values: dict[str, Any] | None) -> str:
    if values is None:
        return _("rien")
    return _("%(on_hand)d en stock, %(reserved)d réservés") % values
