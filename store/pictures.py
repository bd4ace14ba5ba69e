"""The pictures of the catalogue: which product, or which variant, is shown by which files."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store import changes
from store.errors import Invalid, NotFound
from store.models import Picture, Product, Variant
from store.picture_files import Cut

LONGEST_ALT = 200
MOST = 12  # of one product


def add(
    session: Session,
    product: Product,
    photo: Cut,
    *,
    now: datetime,
    variant: Variant | None = None,
    alt: str = "",
    alt_en: str = "",
) -> Picture:
    """Add a photo as the last of a product, or of one of its variants.

    The same file again adds nothing and changes nothing. The caller has put the files in their
    folder before (`picture_files.keep`). Raises Invalid when the product has MOST pictures, or a
    text is longer than LONGEST_ALT.
    """
    known = _find_original(session, product, photo.original)
    if known is not None:
        return known
    count = session.scalar(select(func.count()).where(Picture.product_id == product.id)) or 0
    if count >= MOST:
        raise Invalid(field="picture", problem="too_many")
    picture = Picture(
        product_id=product.id,
        variant_id=variant.id if variant else None,
        position=_last_position(session, product) + 1,
        original=photo.original,
        digest=photo.digest,
        width=photo.width,
        height=photo.height,
        added_at=now,
    )
    session.add(picture)
    _write_alt(picture, alt, alt_en)
    _tell(session, product, now=now)
    return picture


def _find_original(session: Session, product: Product, original: str) -> Picture | None:
    of_it = Picture.product_id == product.id, Picture.original == original
    return session.scalar(select(Picture).where(*of_it))


def _last_position(session: Session, product: Product) -> int:
    last = select(func.max(Picture.position)).where(Picture.product_id == product.id)
    found = session.scalar(last)
    return -1 if found is None else found


def get(session: Session, product: Product, number: int) -> Picture:
    """Return a picture of a product by its id; raise NotFound when it has none of that id."""
    picture = session.get(Picture, number)
    if picture is None or picture.product_id != product.id:
        raise NotFound(kind="picture", key=str(number))
    return picture


def list_of(session: Session, product_id: int, variant_id: int | None = None) -> Sequence[Picture]:
    """Return the pictures of a product; for a variant its own first, and none of another's."""
    found = session.scalars(_of([product_id])).all()
    if variant_id is None:
        return found
    own = [picture for picture in found if picture.variant_id == variant_id]
    return [*own, *(picture for picture in found if picture.variant_id is None)]


def first_of(session: Session, product_ids: Iterable[int]) -> dict[int, Picture]:
    """Return the picture that stands for each product, by its id; those without are left out."""
    wanted = list(product_ids)
    found: dict[int, Picture] = {}
    for picture in session.scalars(_of(wanted)) if wanted else ():
        known = found.setdefault(picture.product_id, picture)
        if known.variant_id is not None and picture.variant_id is None:
            found[picture.product_id] = picture
    return found


def _of(product_ids: Collection[int]) -> Select[Picture]:
    of_these = Picture.product_id.in_(product_ids)
    return select(Picture).where(of_these).order_by(Picture.position, Picture.id)


def describe(
    session: Session, product: Product, picture: Picture, *, alt: str, alt_en: str, now: datetime
) -> None:
    """Say what is seen, in French and in English; raises Invalid when a text is too long."""
    _write_alt(picture, alt, alt_en)
    _tell(session, product, now=now)


def _write_alt(picture: Picture, alt: str, alt_en: str) -> None:
    for field, text in (("alt", alt), ("alt_en", alt_en)):
        if len(text.strip()) > LONGEST_ALT:
            raise Invalid(field=field, problem="too_long")
        setattr(picture, field, " ".join(text.split()))


def put_first(session: Session, product: Product, picture: Picture, *, now: datetime) -> None:
    """Make a picture the one that stands for its product."""
    others = [one for one in session.scalars(_of([product.id])) if one.id != picture.id]
    for position, one in enumerate([picture, *others]):
        one.position = position
    _tell(session, product, now=now)


def remove(session: Session, product: Product, picture: Picture, *, now: datetime) -> None:
    """Take a picture off; its files go with the next tidying."""
    session.delete(picture)
    _tell(session, product, now=now)


def list_digests(session: Session) -> set[str]:
    """Return the digests of all pictures: what must stay in the folder."""
    return set(session.scalars(select(Picture.digest)))


def _tell(session: Session, product: Product, *, now: datetime) -> None:
    session.flush()
    for variant in product.variants:
        changes.record(session, "products", variant.sku, now=now)
    session.flush()
