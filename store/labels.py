"""Paper labels: what was printed, what hangs in the shop, and what no longer says the truth."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from store import label_faces
from store.errors import Invalid, NotFound
from store.label_faces import Face, Facts, Terms
from store.models import LabelPrint, PrintedLabel, Product, Staff, Store, Variant
from store.products import normalise

MOST_AT_ONCE = 500
KEPT = timedelta(days=90)  # sheets, to be opened again
AT_ONCE = 500  # parameters of one query


# what a label says, and where it stands
FACTS = {
    **dict.fromkeys(("id", "sku", "gtin", "size", "colour", "content"), Variant),
    **dict.fromkeys(("price_minor", "currency"), Variant),
    **dict.fromkeys(("name", "name_en", "withdrawn_at"), Product),
}


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What a label on the shelf says."""

    face_digest: str
    name: str
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A label on the shelf that is not right any more.

    why: price | name | withdrawn | no_price | other.
    """

    variant: Variant
    face: Face
    printed: Printed
    why: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """The sheets, and the articles that got no label on them."""

    sheets: LabelPrint
    refused: list[Face]


def list_stale(
    session: Session, store: Store, terms: Terms, *, now: datetime, limit: int = MOST_AT_ONCE
) -> list[Stale]:
    """Return the labels of the store that would be printed otherwise now, in order of names."""
    rows = _hanging_facts(session, store)
    told = [facts for _, facts in rows]
    faces = label_faces.of_facts(session, told, terms, store_id=store.id, now=now)
    found = [
        (printed, face)
        for (printed, _), face in zip(rows, faces, strict=True)
        if printed.face_digest != face.digest
    ][:limit]
    variants = find_variants(session, [face.sku for _, face in found])
    return [
        Stale(variant=variant, face=face, printed=printed, why=_why(printed, face))
        for variant, (printed, face) in zip(variants, found, strict=True)
    ]


def _hanging_facts(session: Session, store: Store) -> list[tuple[Printed, Facts]]:
    """Read every label of the store with its article: columns only, there may be thousands."""
    own = (PrintedLabel.face_digest, PrintedLabel.name, PrintedLabel.price_minor)
    query = (
        select(*own, *(getattr(table, name) for name, table in FACTS.items()))
        .join(Variant, Variant.id == PrintedLabel.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(PrintedLabel.store_id == store.id)
        .order_by(Product.name, Variant.sku)
    )
    return [
        (
            Printed(face_digest=row[0], name=row[1], price_minor=row[2]),
            Facts(**dict(zip(FACTS, row[len(own) :], strict=True))),
        )
        for row in session.execute(query)
    ]


def _why(printed: Printed, face: Face) -> str:
    if face.problem in ("withdrawn", "no_price"):
        return face.problem
    if printed.price_minor != face.price_minor:
        return "price"
    return "name" if printed.name != face.name else "other"


def find_variants(session: Session, skus: Iterable[str]) -> list[Variant]:
    """Return the variants with these SKUs, with their products, in the order asked, each once."""
    wanted = list(dict.fromkeys(normalise(sku) for sku in skus))
    found: dict[str, Variant] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = _whole().where(Variant.sku.in_(wanted[start : start + AT_ONCE]))
        found |= {variant.sku: variant for variant in session.scalars(query)}
    return [found[sku] for sku in wanted if sku in found]


def list_of_category(
    session: Session, category: str, *, limit: int = MOST_AT_ONCE
) -> Sequence[Variant]:
    """Return the variants of a category that are on sale, in order of names."""
    query = _whole().where(Product.category == category, Product.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Product.name, Variant.position).limit(limit)).all()


def printed_skus(session: Session, store: Store, skus: Collection[str]) -> set[str]:
    """Return those of these SKUs whose label hangs in the store."""
    query = select(Variant.sku).join(PrintedLabel, PrintedLabel.variant_id == Variant.id)
    query = query.where(PrintedLabel.store_id == store.id, Variant.sku.in_(skus))
    return set(session.scalars(query))


def print_labels(
    session: Session,
    variants: Sequence[Variant],
    terms: Terms,
    *,
    store: Store,
    staff: Staff | None = None,
    now: datetime,
) -> Made:
    """Keep the sheets of these labels and note that they hang in the store from now on.

    An article without a price, withdrawn, or whose address no small QR holds gets no label and is
    named in what comes back. Raises Invalid when there is nothing to print, or too much at once.
    """
    if len(variants) > MOST_AT_ONCE:
        raise Invalid(field="labels", problem="too_many")
    faces = label_faces.of(session, variants, terms, store_id=store.id, now=now)
    pairs = [(v, face) for v, face in zip(variants, faces, strict=True) if not face.problem]
    refused = [face for face in faces if face.problem]
    if not pairs:
        raise Invalid(field="labels", problem="no_price" if refused else "empty", faces=refused)
    sheets = LabelPrint(
        store_id=store.id,
        made_at=now,
        made_by=staff,
        labels=len(pairs),
        faces=[asdict(face) for _, face in pairs],
    )
    session.add(sheets)
    _hang(session, pairs, store, now)
    session.flush()
    return Made(sheets=sheets, refused=refused)


def _hang(session: Session, pairs: list[tuple[Variant, Face]], store: Store, now: datetime) -> None:
    known = {row.variant_id: row for row in _hanging(session, store, [v.id for v, _ in pairs])}
    for variant, face in pairs:
        row = known.get(variant.id)
        if row is None:
            row = PrintedLabel(store_id=store.id, variant_id=variant.id)
            session.add(row)
        row.face_digest, row.name = face.digest, face.name
        row.price_minor, row.printed_at = face.price_minor, now


def _hanging(session: Session, store: Store, numbers: list[int]) -> list[PrintedLabel]:
    rows: list[PrintedLabel] = []
    for start in range(0, len(numbers), AT_ONCE):
        query = select(PrintedLabel).where(
            PrintedLabel.store_id == store.id,
            PrintedLabel.variant_id.in_(numbers[start : start + AT_ONCE]),
        )
        rows.extend(session.scalars(query))
    return rows


def take_down(session: Session, sku: str, *, store: Store) -> None:
    """Forget the paper label of an article: somebody has taken it off the shelf."""
    number = select(Variant.id).where(Variant.sku == normalise(sku)).scalar_subquery()
    session.execute(
        delete(PrintedLabel).where(
            PrintedLabel.store_id == store.id, PrintedLabel.variant_id == number
        )
    )


def get_print(session: Session, uid: str, *, store: Store) -> LabelPrint:
    """Return sheets that were printed in the store; raises NotFound."""
    query = select(LabelPrint).where(LabelPrint.uid == uid, LabelPrint.store_id == store.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(kind="label_print", key=uid)
    return found


def faces_of(sheets: LabelPrint) -> list[Face]:
    """Return what the labels of these sheets say, in the order of the sheets."""
    return label_faces.from_json(sheets.faces)


def list_prints(session: Session, store: Store, *, limit: int = 10) -> Sequence[LabelPrint]:
    """Return the last sheets of the store, the newest first."""
    query = select(LabelPrint).where(LabelPrint.store_id == store.id)
    query = query.options(joinedload(LabelPrint.made_by)).order_by(LabelPrint.id.desc())
    return session.scalars(query.limit(limit)).all()


def forget_prints(session: Session, *, before: datetime) -> None:
    """Drop sheets printed before that moment; what hangs in the shop stays known."""
    session.execute(delete(LabelPrint).where(LabelPrint.made_at < before))


def _whole() -> Select[Variant]:
    return select(Variant).join(Variant.product).options(contains_eager(Variant.product))
