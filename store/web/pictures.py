"""Pictures on every screen: their addresses, and the files behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, send_from_directory, url_for

from store import picture_files
from store import pictures as rules
from store.models import Picture
from store.web import auth, picture_folder
from store.web.catalogue import screen_locale
from store.web.extensions import db
from store.web.statics import ONE_YEAR

pictures = Blueprint("pictures", __name__)

HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, kw_only=True)
class Photo:
    """What an <img> needs: the widest file, all of them for the browser to choose, its pixels."""

    src: str
    srcset: str
    small: str  # the narrowest file, for a row
    light: str  # the file for a phone, whose first load is counted
    width: int
    height: int
    alt: str


@pictures.get("/pictures/<digest>-<int:width>.webp")
@auth.public
def picture(digest: str, width: int) -> Response:
    """Answer one file; its name changes with what it holds, so it is kept for a year."""
    if len(digest) != 32 or not HEX.issuperset(digest):
        abort(404)
    name = picture_files.name(digest, width)
    answer = send_from_directory(folder(), name, mimetype="image/webp")
    answer.cache_control.clear()
    answer.cache_control.public = answer.cache_control.immutable = True
    answer.cache_control.max_age = ONE_YEAR
    return answer


def folder() -> Path:
    """Return where the files of pictures lie on this server."""
    data: Path = current_app.config["COMPTOIR"].data_dir
    return data.absolute() / picture_folder.FOLDER


def photo(found: Picture) -> Photo:
    """Return a picture as a page shows it, described in the language of the screen."""
    widths = picture_files.widths_of(found.width)
    paths = {width: _path(found.digest, width) for width in widths}
    is_english = screen_locale().language == "en"
    return Photo(
        src=paths[found.width],
        srcset=", ".join(f"{path} {width}w" for width, path in paths.items()),
        small=paths[widths[0]],
        light=paths[widths[:2][-1]],
        width=found.width,
        height=found.height,
        alt=(found.alt_en or found.alt) if is_english else (found.alt or found.alt_en),
    )


def _path(digest: str, width: int) -> str:
    return url_for("pictures.picture", digest=digest, width=width)


def of(product_ids: Iterable[int]) -> dict[int, Photo]:
    """Return the photo that stands for each product, by its id; one query, none for no product."""
    found = rules.first_of(db.session(), product_ids)
    return {product_id: photo(one) for product_id, one in found.items()}
