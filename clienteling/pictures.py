"""The photos of a product: looked at, added from the tablet, described, put in order, taken off."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import named
from clienteling.blueprint import tablet
from store import picture_cutting, pictures, products
from store.errors import Invalid, PictureRefused
from store.models import Product, Variant
from store.web import auth, forms, picture_folder, picture_words, uploads
from store.web import pictures as shown
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.typography import BETWEEN

# above what a photo may have, so that one which is too large is told in the form's own words
LARGEST_FORM = 3 * picture_cutting.LARGEST_BYTES
TOO_LARGE = PictureRefused(reason="too_large", limit=picture_cutting.LARGEST_BYTES)


@tablet.get("/products/<sku>/pictures", endpoint="pictures")
@auth.staff("manager")
def show_pictures(sku: str) -> str:
    """Show the photos of a product and the form that adds one."""
    return _page(products.get_by_sku(db.session(), sku))


@tablet.post("/products/<sku>/pictures")
@auth.staff("manager")
@uploads.largest_body(LARGEST_FORM, refuse=lambda sku: _refuse(sku, TOO_LARGE, status=413))
@forms.shown_again(lambda error, sku: _refuse(sku, error), PictureRefused, Invalid)
@forms.once
def add_picture(sku: str) -> str:
    """Take in the file `picture`; one that is no photo comes back with the form and the reason."""
    variant = products.get_by_sku(db.session(), sku)
    photo = picture_cutting.cut(_sent())
    picture_folder.keep(shown.folder(), photo)
    pictures.add(
        db.session(),
        variant.product,
        photo,
        variant=variant if request.form.get("of") == "variant" else None,
        alt=request.form.get("alt", ""),
        alt_en=request.form.get("alt_en", ""),
        now=now(),
    )
    return url_for("tablet.pictures", sku=sku)


def _why(error: PictureRefused | Invalid) -> str:
    if isinstance(error, PictureRefused):
        return picture_words.why(error, _)
    if error.problem == "empty":
        return _("Choisissez d'abord la photo.")
    if error.problem == "too_many":
        return _("Un article a %(n)s photos au plus. Retirez-en une d'abord.", n=pictures.MOST)
    return _("Décrivez la photo en %(n)s caractères au plus.", n=pictures.LONGEST_ALT)


def _sent() -> bytes:
    """Return the file that came, or one byte more of it than a photo may have."""
    file = request.files.get("picture")
    if not file:
        raise Invalid(field="picture", problem="empty")
    return file.stream.read(picture_cutting.LARGEST_BYTES + 1)


def _refuse(sku: str, error: PictureRefused | Invalid, *, status: int = 422) -> Response:
    sent = {} if status == 413 else request.form
    page = _page(products.get_by_sku(db.session(), sku), fault=typo(_why(error)), sent=sent)
    return make_response(page, status)


@tablet.post("/products/<sku>/pictures/<int:number>")
@auth.staff("manager")
@forms.once
def change_picture(sku: str, number: int) -> str:
    """Describe a photo anew, put it first, or take it off, as `act` says."""
    variant = products.get_by_sku(db.session(), sku)
    picture = pictures.get(db.session(), variant.product, number)
    match request.form.get("act"):
        case "remove":
            pictures.remove(db.session(), variant.product, picture, now=now())
        case "first":
            pictures.put_first(db.session(), variant.product, picture, now=now())
        case _:
            texts = {name: request.form.get(name, "") for name in ("alt", "alt_en")}
            pictures.describe(db.session(), variant.product, picture, now=now(), **texts)
    return url_for("tablet.pictures", sku=sku)


def _page(variant: Variant, fault: str = "", sent: Mapping[str, str] = MappingProxyType({})) -> str:
    found = pictures.list_of(db.session(), variant.product.id)
    return render_template(
        "clienteling/pictures.html",
        product=named.variant(variant),
        is_one_of_many=len(variant.product.variants) > 1,
        pictures=[
            {"row": one, "photo": shown.photo(one), "of": _of(variant.product, one.variant_id)}
            for one in found
        ],
        fault=fault,
        sent=sent,
        largest=picture_cutting.LARGEST_BYTES,
        too_large=typo(_why(TOO_LARGE)),
        most=pictures.MOST,
        longest=pictures.LONGEST_ALT,
        accepted=", ".join(picture_cutting.SUFFIXES),
    )


def _of(product: Product, variant_id: int | None) -> str:
    """Say which variant a photo shows; empty when it shows them all."""
    for variant in product.variants:
        if variant.id == variant_id:
            return (
                BETWEEN.join(part for part in (variant.size, variant.colour) if part) or variant.sku
            )
    return ""
