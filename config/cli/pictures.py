"""comptoir import pictures: a folder of photos, each called by the SKU or reference it shows."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from config.cli.context import json_option, now, opened, print_json, strict_option
from config.settings import Settings
from config.words import _, ngettext
from store import picture_cutting, pictures
from store.database import writing
from store.errors import Invalid, PictureRefused
from store.imports import picture_names
from store.picture_files import Cut
from store.web import picture_folder, picture_words


@dataclass
class Outcome:
    """What became of a folder; `refused` holds a file's name and the reason in words.

    `passed_over` names what does not end like a photo, folders too: they are not looked into.
    """

    files: int = 0
    added: int = 0
    unchanged: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


@click.command(
    "pictures",
    help=_(
        "Des photos : un dossier de JPEG, PNG, WebP ou AVIF nommés par leur référence "
        "(22727.jpg, 22727-2.jpg pour la suivante)."
    ),
)
@strict_option
@json_option
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def take_in_pictures(settings: Settings, folder: Path, strict: bool, as_json: bool) -> None:
    photos, others = files_of(folder)
    outcome = Outcome(passed_over=[path.name for path in others])
    kept = settings.data_dir / picture_folder.FOLDER
    with opened(settings) as engine:
        for path in shown(photos, folder):
            outcome.files += 1
            take_in(engine, path, kept, outcome, now=now())
    if as_json:
        print_json(asdict(outcome))
    else:
        tell(outcome)
    if outcome.refused and (strict or not (outcome.added or outcome.unchanged)):
        raise SystemExit(1)


def files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the photos of a folder, and what does not end like one, each by name."""
    found = sorted(folder.iterdir())
    photos = [path for path in found if is_photo(path)]
    return photos, [path for path in found if not is_photo(path)]


def is_photo(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in picture_cutting.SUFFIXES


def shown(files: list[Path], folder: Path) -> Iterator[Path]:
    """Yield the files behind a bar on the error stream, so that answers can be piped."""
    with click.progressbar(files, label=folder.name, file=sys.stderr) as bar:
        yield from bar


def take_in(engine: Engine, path: Path, kept: Path, outcome: Outcome, *, now: datetime) -> None:
    """Take one photo in, in a transaction of its own; what is wrong with it is kept in words."""
    try:
        photo = read(path)
        picture_folder.keep(kept, photo)
        is_new = write(engine, path, photo, now=now)
    except PictureRefused as error:
        outcome.refused[path.name] = picture_words.why(error, _)
    except Invalid:
        outcome.refused[path.name] = _("L'article a déjà toutes les photos qu'il peut avoir.")
    else:
        if is_new is None:
            outcome.refused[path.name] = _("Aucun article n'a cette référence.")
        else:
            outcome.added += is_new
            outcome.unchanged += not is_new


def read(path: Path) -> Cut:
    size = path.stat().st_size
    if size > picture_cutting.LARGEST_BYTES:  # not even read
        raise PictureRefused(reason="too_large", limit=picture_cutting.LARGEST_BYTES)
    return picture_cutting.cut(path.read_bytes())


def write(engine: Engine, path: Path, photo: Cut, *, now: datetime) -> bool | None:
    """Note a photo as its product's; tell whether it is new, None when nothing has its name."""
    with writing(engine) as session:
        owner = picture_names.find(session, path.stem)
        if owner is None:
            return None
        picture = pictures.add(session, owner.product, photo, variant=owner.variant, now=now)
        return picture.added_at == now


def tell(outcome: Outcome) -> None:
    """Say in a few lines what was taken in, and of each refused file why."""
    for name, reason in outcome.refused.items():
        click.echo(f"{name} : {reason}", err=True)
    sentence = _("Photos lues : %(files)s. Nouvelles : %(added)s, connues : %(unchanged)s.")
    click.echo(sentence % asdict(outcome))
    if outcome.refused:
        refused = len(outcome.refused)
        click.echo(ngettext("%(num)s refusée.", "%(num)s refusées.", refused) % {"num": refused})
    if outcome.passed_over:
        passed = {"num": len(outcome.passed_over), "names": ", ".join(outcome.passed_over)}
        sentence = ngettext(
            "Laissé de côté, car ce n'est pas une photo : %(names)s.",
            "%(num)s laissés de côté, car ce ne sont pas des photos : %(names)s.",
            passed["num"],
        )
        click.echo(sentence % passed, err=True)
