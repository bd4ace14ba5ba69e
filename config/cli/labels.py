"""comptoir labels: shelf labels as PDF, electronic labels as they stand."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config.app import create_app
from config.cli.context import json_option, now, print_json, print_list
from config.labels import make_pushing
from config.settings import Settings
from config.words import _, ngettext
from store import labels as paper
from store import paperless, products, stores
from store.database import reading, writing
from store.errors import NotFound
from store.label_faces import Face
from store.models import PaperlessLabel, Store, Variant
from store.web.extensions import db
from store.web.labels import printing, words


@click.group(help=_("Les étiquettes : imprimer, envoyer aux étiquettes électroniques, lister."))
def labels() -> None: ...


@labels.command("print", help=_("Faire le PDF des étiquettes de rayon."))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=_("Fichier PDF.")
)
@click.option("--sku", "skus", multiple=True, help=_("Cet article ; plusieurs fois possible."))
@click.option("--category", default="", help=_("Les articles de ce rayon."))
@click.option("--changed", is_flag=True, help=_("Les étiquettes qui ne sont plus justes."))
@json_option
@click.pass_obj
def print_sheets(
    settings: Settings,
    out: Path,
    skus: tuple[str, ...],
    category: str,
    changed: bool,
    as_json: bool,
) -> None:
    if [bool(skus), bool(category), changed].count(True) != 1:
        raise click.UsageError(_("Donnez --sku, --category ou --changed."))
    app = create_app(settings)
    moment = now()
    with app.app_context(), writing(db.engine) as session:
        shop = stores.get_own(session, settings.store.code)
        chosen = choose(session, shop, skus, category, moment)
        made = paper.print_labels(session, chosen, words.terms(), store=shop, now=moment)
        faces = paper.faces_of(made.sheets)
        refused = [describe_refused(face) for face in made.refused]
    with app.app_context():  # after the commit: drawing a thousand takes seconds
        out.write_bytes(printing.pdf(faces, title=out.stem))
    answer = {"file": str(out), "labels": len(faces)}
    if as_json:
        print_json({**answer, "refused": refused})
        return
    for one in refused:
        click.echo(f"{one['sku']}\t{one['reason']}\t{one['name']}", err=True)
    click.echo(
        ngettext(
            "%(labels)d étiquette dans %(file)s", "%(labels)d étiquettes dans %(file)s", len(faces)
        )
        % answer
    )


def choose(
    session: Session, shop: Store, skus: tuple[str, ...], category: str, moment: datetime
) -> list[Variant]:
    """Return what is to be printed; raises NotFound for an SKU or a category that nobody knows."""
    if category:
        return of_category(session, category)
    if not skus:
        stale = paper.list_stale(session, shop, words.terms(), now=moment)
        return [one.variant for one in stale if one.face.problem == ""]
    found = paper.find_variants(session, skus)
    known = {variant.sku for variant in found}
    for sku in skus:
        if sku.strip().upper() not in known:
            raise NotFound(kind="product", key=sku)
    return found


def of_category(session: Session, category: str) -> list[Variant]:
    known = [one.name for one in products.list_categories(session)]
    if category not in known:
        raise NotFound(kind="category", key=category, known=known)
    return list(paper.list_of_category(session, category))


def describe_refused(face: Face) -> dict[str, str]:
    return {"sku": face.sku, "name": face.name, "reason": face.problem}


@labels.command(help=_("Envoyer aux étiquettes électroniques ce qui a changé, une fois."))
@json_option
@click.pass_obj
def push(settings: Settings, as_json: bool) -> None:
    app = create_app(settings)
    with app.app_context():
        pushing = make_pushing(app, settings, db.engine)
    if pushing is None:
        raise click.ClickException(_("Aucun point d'accès : réglez labels.access_point_url."))
    done = pushing.run_once(now())
    if as_json:
        print_json(asdict(done))
    else:
        sentence = _("Envoyées : %(sent)d. En échec : %(failed)d. Inchangées : %(same)d.")
        click.echo(sentence % asdict(done))
    if done.failed or done.error:
        raise click.ClickException(
            _("Le point d'accès a répondu : %(error)s. Ce qui manque repartira tout seul.")
            % asdict(done)
        )


@labels.command("list", help=_("Lister les étiquettes électroniques et où en est leur image."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with create_app(settings).app_context(), reading(db.engine) as session:
        found = paperless.list_all(session)
        faces = paperless.faces(session, found, words.terms(), now=now())
        below = settings.labels.low_battery_mv
        rows = [describe(label, faces.get(label.id), below) for label in found]
    if as_json:
        print_json(rows)
        return
    shown = ("mac", "sku", "model", "state", "handed_at", "shown_at", "battery_mv", "reason")
    lines = ["\t".join(str(row[name] or "-") for name in shown) for row in rows]
    print_list(lines, none=_("Aucune étiquette électronique."))


def describe(
    label: PaperlessLabel, face: Face | None, below_mv: int
) -> dict[str, str | int | None]:
    return {
        "mac": label.mac,
        "sku": label.variant.sku if label.variant else "",
        "model": label.model,
        "state": paperless.state(label, face),
        "handed_at": label.handed_at.isoformat() if label.handed_at else None,
        "shown_at": label.shown_at.isoformat() if label.shown_at else None,
        "seen_at": label.seen_at.isoformat() if label.seen_at else None,
        "battery_mv": label.battery_mv,
        "battery_is_low": paperless.is_battery_low(label, below_mv=below_mv),
        "attempts": label.attempts,
        "reason": label.last_error,
    }
